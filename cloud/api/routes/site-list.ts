import { may, reach } from "../../access/actor.ts";
import type { SiteConfig } from "../../config/cloud-config.ts";
import { cloudError } from "../../errors.ts";
import { findRegion } from "../../registry/region-tree.ts";
import { toGcj02 } from "../../registry/site-location.ts";
import { type SiteRecord, toSiteRecord } from "../../registry/site-record.ts";
import { countOverdue, searchSites } from "../../registry/site-search.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { pageOf, toPage } from "../page.ts";
import { listedSiteSchema, siteListQuerySchema } from "../register-contract.ts";
import { defineRoute, type Route } from "../route.ts";
import { viewSite } from "../site-view.ts";

/** The list of sites. What the database cannot know, verdicts and gateways, narrows the candidates first. */
export function siteListRoute(deps: ApiDependencies): Route {
  return defineRoute({
    method: "GET",
    path: "/sites",
    guard: "site.read",
    summary: "The sites of one's part of the tree by id: how each is watched, and what tells it apart.",
    query: siteListQuerySchema,
    answer: pageOf(listedSiteSchema),
    handle: async ({ db, actor, query, nowMs }) => {
      const { after = "", limit, q: text, overdue, region, ...rest } = query;
      const found = region === undefined ? null : await findRegion(db, region);
      if (region !== undefined && !(found && may(actor, "region.read", found.path))) {
        throw cloudError("REGION_UNKNOWN", { region });
      }
      const filter = {
        ...{ tops: reach(actor, "site.read"), text },
        within: found?.path,
        overdue: overdue === undefined ? undefined : { is: overdue, atMs: nowMs },
        ...{
          category: rest.category,
          state: rest.state,
          borderArea: rest.borderArea,
          idleLine: rest.idleLine,
        },
      };
      const candidates = candidatesOf(deps, rest);
      const rows = await searchSites(db, filter, { after, limit: limit + 1, candidates });
      const counts = await countOverdue(
        db,
        rows.map(({ id }) => id),
        nowMs,
      );
      return toPage(
        rows,
        limit,
        ({ id }) => id,
        (row) => listed(toSiteRecord(row), counts.get(row.id) ?? 0, deps),
      );
    },
  });
}

interface LiveQuery {
  readonly verdict?: string | undefined;
  readonly level?: string | undefined;
  readonly gateway?: "with" | "without" | undefined;
}

/** The ids, in order, of sites whose present state is asked for; undefined: it is not. */
function candidatesOf(
  { registry, pipeline }: ApiDependencies,
  { verdict, level, gateway }: LiveQuery,
): string[] | undefined {
  if (verdict === undefined && level === undefined && gateway === undefined) return undefined;
  const ids = registry.sites.flatMap(({ id }) => {
    const now = pipeline.site(id)?.verdict;
    if (verdict !== undefined && (now?.verdict ?? "unknown") !== verdict) return [];
    if (level !== undefined && (now?.level ?? "none") !== level) return [];
    if (gateway !== undefined && registry.hasGateway(id) !== (gateway === "with")) return [];
    return [id];
  });
  return ids.sort();
}

function listed(record: SiteRecord, overdueMeasures: number, deps: ApiDependencies) {
  const { id, region, category, state, borderArea, idleLine, location } = record;
  const live = deps.pipeline.site(id) ?? { config: unwatched(record), context: [], verdict: null };
  return {
    ...viewSite(live, deps),
    ...{ region, category, state, borderArea, idleLine, overdueMeasures },
    location: location && { wgs84: location, gcj02: toGcj02(location) },
  };
}

/** Entered a moment ago: the pipeline has not heard of it yet. */
function unwatched({ id, name, address, settings }: SiteRecord): SiteConfig {
  return { id, name, address, township: "", ...settings, gateways: [] };
}
