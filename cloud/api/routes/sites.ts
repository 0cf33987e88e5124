import { z } from "zod";
import { type Actor, reach, requireAt } from "../../access/actor.ts";
import type { Permission } from "../../access/policy.ts";
import { listAlerts } from "../../cases/alert-book.ts";
import { cloudError } from "../../errors.ts";
import type { LiveSite } from "../../pipeline/live-site.ts";
import type { Database } from "../../store/database.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { buildChart } from "../chart/chart-view.ts";
import { alertSchema, chartQuerySchema, chartSchema, siteDetailSchema } from "../contract.ts";
import { defineRoute, type Route } from "../route.ts";
import { viewSiteDetail } from "../site-view.ts";

/** Which site a path names. */
export const siteParams = z.object({ site: z.string().max(64) });
/** Longest range one chart may cover. */
const RANGE_MAX_MS = 400 * 86_400_000;

/** Where a site lies, for those who may see it. Throws NOT_VISIBLE or FORBIDDEN. */
export async function requireSite(
  db: Database,
  actor: Actor,
  site: string,
  permission: Permission,
): Promise<{ regionPath: string }> {
  const row = await db.selectFrom("site").select("region_path").where("id", "=", site).executeTakeFirst();
  if (!row) throw cloudError("NOT_VISIBLE");
  requireAt(actor, permission, row.region_path);
  return { regionPath: row.region_path };
}

/** A site that is watched. Throws NOT_VISIBLE. */
export function requireLive({ pipeline }: ApiDependencies, id: string): LiveSite {
  const site = pipeline.site(id);
  if (!site) throw cloudError("NOT_VISIBLE");
  return site;
}

/** Sites as they are watched: verdicts, charts, alerts. */
export function siteRoutes(deps: ApiDependencies): Route[] {
  const { pipeline, registry } = deps;
  const read = defineRoute({
    method: "GET",
    path: "/sites/{site}",
    guard: "site.read",
    summary: "One site: verdict, gateways, channels, baselines.",
    params: siteParams,
    answer: siteDetailSchema,
    handle: async ({ db, actor, params: { site } }) => {
      await requireSite(db, actor, site, "site.read");
      return viewSiteDetail(requireLive(deps, site), deps);
    },
  });
  const chart = defineRoute({
    method: "GET",
    path: "/sites/{site}/chart",
    guard: "site.read",
    summary: "A site's channels over time, in at most as many buckets as asked for.",
    params: siteParams,
    query: chartQuerySchema,
    answer: chartSchema,
    handle: async ({ db, actor, params: { site }, query }) => {
      await requireSite(db, actor, site, "site.read");
      if (query.toMs <= query.fromMs || query.toMs - query.fromMs > RANGE_MAX_MS) {
        throw cloudError("REQUEST_INVALID", { problems: "toMs must be after fromMs, by at most 400 days" });
      }
      const gateways = registry.gatewaysOf(site).map(({ id }) => ({
        id,
        channels: pipeline.journal(id)?.folds.view.channels ?? [],
      }));
      return buildChart(db, gateways, query);
    },
  });
  return [read, chart, ...siteAlertRoutes()];
}

function siteAlertRoutes(): Route[] {
  const ofSite = defineRoute({
    method: "GET",
    path: "/sites/{site}/alerts",
    guard: "site.read",
    summary: "A site's alerts, newest first, at most 200.",
    params: siteParams,
    answer: z.array(alertSchema),
    handle: async ({ db, actor, params: { site } }) => {
      await requireSite(db, actor, site, "site.read");
      return listAlerts(db, { site });
    },
  });
  const all = defineRoute({
    method: "GET",
    path: "/alerts",
    guard: "site.read",
    summary: "The alerts of one's part of the tree, newest first, at most 200.",
    answer: z.array(alertSchema),
    handle: ({ db, actor }) => listAlerts(db, { regions: reach(actor, "site.read") }),
  });
  return [ofSite, all];
}
