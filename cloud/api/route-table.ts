import type { ApiDependencies } from "./api-dependencies.ts";
import type { Route } from "./route.ts";
import { auditRoutes } from "./routes/audit.ts";
import { baselineRoutes } from "./routes/baselines.ts";
import { caseDeadlineRoutes } from "./routes/case-deadlines.ts";
import { caseRoutes } from "./routes/cases.ts";
import { clueRoutes } from "./routes/clues.ts";
import { dispositionRoutes } from "./routes/dispositions.ts";
import { dutyRoutes } from "./routes/duty.ts";
import { gatewayRoutes } from "./routes/gateways.ts";
import { importRoutes } from "./routes/imports.ts";
import { measureRoutes } from "./routes/measures.ts";
import { notifyRoutes } from "./routes/notify.ts";
import { openIdRoutes } from "./routes/open-id.ts";
import { permitRoutes } from "./routes/permits.ts";
import { photoRoutes } from "./routes/photos.ts";
import { qualityRoutes } from "./routes/quality.ts";
import { regionRoutes } from "./routes/regions.ts";
import { sealRoutes } from "./routes/seals.ts";
import { sessionRoutes } from "./routes/session.ts";
import { siteGatewayRoutes } from "./routes/site-gateways.ts";
import { siteListRoute } from "./routes/site-list.ts";
import { siteRoutes } from "./routes/sites.ts";
import { siteRegisterRoutes } from "./routes/sites-register.ts";
import { systemRoutes } from "./routes/system.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { userRoutes } from "./routes/users.ts";
import { visitRoutes } from "./routes/visits.ts";

/** Every route there is: what the server serves, the OpenAPI document describes and the tests go through. */
export function routeTable(deps: ApiDependencies): readonly Route[] {
  const table: Route[] = [
    ...sessionRoutes(deps),
    ...openIdRoutes(deps),
    ...tokenRoutes(),
    ...userRoutes(),
    ...regionRoutes(),
    siteListRoute(deps),
    ...siteRegisterRoutes(deps),
    ...siteRoutes(deps),
    ...baselineRoutes(deps),
    ...importRoutes(deps),
    ...measureRoutes(deps),
    ...sealRoutes(deps),
    ...permitRoutes(deps),
    ...dispositionRoutes(),
    ...siteGatewayRoutes(deps),
    ...gatewayRoutes(deps),
    ...caseRoutes(deps),
    ...caseDeadlineRoutes(),
    ...visitRoutes(deps),
    ...photoRoutes(deps),
    ...clueRoutes(),
    ...qualityRoutes(),
    ...auditRoutes(),
    ...dutyRoutes(deps),
    ...notifyRoutes(deps),
    ...systemRoutes(deps, () => table),
  ];
  return table;
}
