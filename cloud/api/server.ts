import fastifyCookie from "@fastify/cookie";
import type { Logger } from "@sealwatch/platform";
import { type FastifyInstance, fastify } from "fastify";
import { openDemoActor } from "../access/open-demo.ts";
import { OpenIdDoor } from "../access/open-id.ts";
import type { CloudConfig } from "../config/cloud-config.ts";
import { enrolAddress } from "../config/enrol-address.ts";
import { listenError } from "../config/listen.ts";
import { PhotoFiles } from "../photos/photo-files.ts";
import type { ApiDependencies } from "./api-dependencies.ts";
import { registerConsole } from "./console-files.ts";
import { API_PREFIX } from "./contract.ts";
import { registerProblems } from "./problem.ts";
import { RateLimits } from "./rate-limits.ts";
import type { Route } from "./route.ts";
import { routeTable } from "./route-table.ts";
import { serveRoute } from "./serve-route.ts";
import { RequestSessions } from "./session-cookie.ts";

/** The largest request body that is no upload, in bytes. */
const BODY_MAX_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** What the caller brings; the rest belongs to the server. */
type GivenDependencies = Omit<
  ApiDependencies,
  "limits" | "photos" | "sessions" | "openActor" | "secureCookies" | "openId" | "enrolAt"
>;

/** Starts the API and the console. Throws PORT_IN_USE. */
export async function startServer(
  given: GivenDependencies,
  config: Pick<CloudConfig, "dataDir" | "http" | "mode" | "oidc" | "tls" | "enrol">,
  log: Logger,
  /** Pages of other parts. */
  addPages: (app: FastifyInstance) => void = () => {},
): Promise<{ port: number; close(): Promise<void> }> {
  const app = fastify({
    loggerInstance: log.child({ part: "api" }, { level: log.level === "silent" ? "silent" : "warn" }),
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    trustProxy: config.http.trustProxy,
    // Long enough for every id and cursor; what is longer is nobody's.
    routerOptions: { maxParamLength: 200 },
  }) as unknown as FastifyInstance;
  const deps: ApiDependencies = {
    ...given,
    limits: new RateLimits(config.http.requests, given.clock),
    photos: new PhotoFiles(config.dataDir),
    sessions: new RequestSessions(),
    openActor: openDemoActor(config, await topRegions(given)),
    enrolAt: enrolAddress(config, config.enrol?.port ?? null),
    secureCookies: config.mode === "production",
    openId: openIdDoor(config),
  };
  await app.register(fastifyCookie);
  registerProblems(app);
  registerHealth(app, deps);
  const table = routeTable(deps);
  registerUploads(app, table);
  registerHeaders(app);
  for (const route of table) serveRoute(app, route, deps);
  addPages(app);
  await registerConsole(app);
  await app.listen(config.http).catch((error: NodeJS.ErrnoException) => {
    throw listenError(error, config.http, "http");
  });
  const bound = app.server.address();
  return {
    port: bound !== null && typeof bound === "object" ? bound.port : config.http.port,
    close: async () => {
      deps.stream.close();
      await app.close();
    },
  };
}

function openIdDoor({
  oidc,
  http,
  mode,
}: Pick<CloudConfig, "dataDir" | "http" | "mode" | "oidc">): OpenIdDoor | null {
  if (!oidc || http.publicUrl === undefined) return null;
  const back = new URL(`${API_PREFIX}/session/openid/back`, http.publicUrl).href;
  return new OpenIdDoor(oidc, back, mode !== "production");
}

function topRegions({ db }: Pick<ApiDependencies, "db">) {
  return db.selectFrom("region").select(["id", "path"]).where("parent", "is", null).execute();
}

/** `healthz`: the process answers. `readyz`: its database does, too. */
function registerHealth(app: FastifyInstance, { db }: ApiDependencies): void {
  app.get("/healthz", async () => ({ ok: true }));
  app.get("/readyz", async () => {
    await db.selectFrom("region").select("id").limit(1).execute();
    return { ok: true };
  });
}

/** Bodies that are no JSON arrive as bytes, only of the types that some route takes. */
function registerUploads(app: FastifyInstance, table: readonly Route[]): void {
  const types = [...new Set(table.flatMap(({ upload }) => upload?.types ?? []))];
  if (types.length === 0) return;
  app.addContentTypeParser(types, { parseAs: "buffer" }, (_request, body, done) => done(null, body));
}

/** Nothing that the API answers may be framed, sniffed, run or kept by a cache. */
function registerHeaders(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply) => {
    if (!request.url.startsWith(API_PREFIX)) return;
    reply.headers({
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  });
}
