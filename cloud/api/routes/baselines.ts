import type { Actor } from "../../access/actor.ts";
import { cloudError } from "../../errors.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { acceptBaselineSchema, relearnBaselineSchema } from "../contract.ts";
import { defineRoute, type Route } from "../route.ts";
import { viewSiteDetail } from "../site-view.ts";
import { requireLive, requireSite, siteParams } from "./sites.ts";

/** A person's word on what a site's sealed state looks like: it is accepted, or learned anew. */
export function baselineRoutes(deps: ApiDependencies): Route[] {
  return [acceptRoute(deps), relearnRoute(deps)];
}

function acceptRoute(deps: ApiDependencies): Route {
  return defineRoute({
    method: "POST",
    path: "/sites/{site}/baseline/accept",
    guard: "baseline.accept",
    summary:
      "Accept the plotted baselines that are ready, and which instruments the site has; in force with the next record.",
    status: 204,
    params: siteParams,
    body: acceptBaselineSchema,
    handle: async ({ db, actor, params: { site }, body, nowMs, audit, contribute }) => {
      const { regionPath } = await requireSite(db, actor, site, "baseline.accept");
      const { baselines, baselineAccepted, removedDevices } = viewSiteDetail(requireLive(deps, site), deps);
      const by = whoSaysSo(actor, body.by);
      const removed = removedDevices.map(({ device }) => device);
      await audit({
        action: "baseline.accept",
        subject: `site:${site}`,
        regionPath,
        detail: { by, ...(removed.length > 0 ? { removed } : {}) },
      });
      if (!body.instrumentsOnly && baselines.some(({ status }) => status === "ready")) {
        await contribute(site, { kind: "baseline-accepted", effectiveMs: nowMs, by });
        return undefined;
      }
      // What is still learned was not plotted to be accepted.
      if (removed.length > 0) {
        await contribute(site, { kind: "baseline-accepted", effectiveMs: nowMs, by, instrumentsOnly: true });
        return undefined;
      }
      // Asked twice, answered twice, in force once.
      if (baselineAccepted || body.instrumentsOnly) return undefined;
      throw cloudError("BASELINE_NOT_READY", { site });
    },
  });
}

function relearnRoute(deps: ApiDependencies): Route {
  return defineRoute({
    method: "POST",
    path: "/sites/{site}/baseline/relearn",
    guard: "baseline.accept",
    summary:
      "Have the baselines of all channels learned anew, from the next record on; the site is learning until they are accepted.",
    status: 204,
    params: siteParams,
    body: relearnBaselineSchema,
    handle: async ({ db, actor, params: { site }, body, nowMs, audit, contribute }) => {
      const { regionPath } = await requireSite(db, actor, site, "baseline.accept");
      const { reason } = body;
      const by = whoSaysSo(actor, body.by);
      await audit({
        action: "baseline.relearn",
        subject: `site:${site}`,
        regionPath,
        detail: { by, reason },
      });
      const { gateways, baselineRelearn: last } = viewSiteDetail(requireLive(deps, site), deps);
      // Asked again before any record came: there is nothing to forget.
      if (last && gateways.every(({ recordedToMs }) => (recordedToMs ?? 0) < last.atMs)) return undefined;
      await contribute(site, { kind: "baseline-reset", effectiveMs: nowMs, by, reason });
      return undefined;
    },
  });
}

/** Who signed in; where nobody does, who they say they are. */
function whoSaysSo(actor: Actor, said: string | undefined): string {
  return actor.via === "open" ? (said ?? actor.name) : actor.name;
}
