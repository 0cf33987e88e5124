import { z } from "zod";
import { silencesOf } from "../../context/context-log.ts";
import { cloudError } from "../../errors.ts";
import { requirePhotos } from "../../photos/photo-book.ts";
import {
  type ClosureMeasure,
  changedCuts,
  enterMeasure,
  findMeasure,
  isOverdue,
  loadMeasures,
  MEASURE_KINDS,
  saveMeasure,
  verifyMeasure,
} from "../../registry/closure-measure.ts";
import { type CutWitness, livePowerCut, liveWaterCut } from "../../registry/live-cut.ts";
import { dayEndMs, localDay } from "../../registry/local-date.ts";
import { parseSettings } from "../../registry/site-record.ts";
import type { Database } from "../../store/database.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { onlyGiven } from "../only-given.ts";
import { editMeasureSchema, measureSchema } from "../register-contract.ts";
import { defineRoute, type Route } from "../route.ts";
import { requireSite, siteParams } from "./sites.ts";

const measureParams = siteParams.extend({ measure: z.enum(MEASURE_KINDS) });

/** What the closure order demands of a site: recorded by one person, verified by another, and watched by machines. */
export function measureRoutes(deps: ApiDependencies): Route[] {
  return [listMeasures(deps), editMeasure(deps), verify(deps)];
}

function listMeasures(deps: ApiDependencies): Route {
  return defineRoute({
    method: "GET",
    path: "/sites/{site}/measures",
    guard: "site.read",
    summary: "The five closure measures of a site, and what machines say of the cuts now.",
    params: siteParams,
    answer: z.object({ items: z.array(measureSchema) }),
    handle: async ({ db, actor, params: { site }, nowMs }) => {
      await requireSite(db, actor, site, "site.read");
      const witnesses = witnessesOf(deps, site);
      const measures = await loadMeasures(db, site);
      return { items: measures.map((measure) => viewMeasure(measure, witnesses, nowMs)) };
    },
  });
}

function editMeasure(deps: ApiDependencies): Route {
  return defineRoute({
    method: "PATCH",
    path: "/sites/{site}/measures/{measure}",
    guard: "measure.edit",
    summary: "Enter what is demanded, or what was done; what had been verified of it no longer is.",
    edits: true,
    params: measureParams,
    body: editMeasureSchema,
    answer: measureSchema,
    handle: async ({
      db,
      actor,
      params: { site, measure: kind },
      body,
      version,
      nowMs,
      audit,
      contribute,
    }) => {
      const { regionPath } = await requireSite(db, actor, site, "measure.edit");
      const before = await measureAt(db, site, kind, version);
      const utcOffsetMin = await utcOffsetOf(db, site);
      if (body.doneDate && body.doneDate > localDay(nowMs, utcOffsetMin)) {
        throw cloudError("REQUEST_INVALID", { problems: "doneDate: this day has not come yet" });
      }
      const by = { by: actor.id, name: actor.name, atMs: nowMs };
      await requirePhotos(db, site, body.photos ?? []);
      const after = enterMeasure(before, onlyGiven(body), by, utcOffsetMin);
      await saveMeasure(db, site, after);
      const { cut, restored } = changedCuts(before, after);
      // What is cut no more is held against nobody: that is not for whoever recorded the cut.
      if (restored.length > 0) await requireSite(db, actor, site, "measure.verify");
      const cutMs = Math.min(nowMs, dayEndMs(after.doneDate ?? localDay(nowMs, utcOffsetMin), utcOffsetMin));
      for (const feeder of restored) {
        await contribute(site, { kind: "feeder-restored", effectiveMs: nowMs, by: actor.name, feeder });
      }
      for (const feeder of cut) {
        await contribute(site, { kind: "feeder-cut", effectiveMs: cutMs, by: actor.name, feeder });
      }
      await audit({
        action: "measure.edit",
        subject: `site:${site}`,
        regionPath,
        detail: { measure: kind, ...body },
      });
      return viewMeasure(after, witnessesOf(deps, site), nowMs);
    },
  });
}

function verify(deps: ApiDependencies): Route {
  return defineRoute({
    method: "POST",
    path: "/sites/{site}/measures/{measure}/verification",
    guard: "measure.verify",
    summary: "Say that a measure was found done; another person than its recorder must.",
    edits: true,
    params: measureParams,
    answer: measureSchema,
    handle: async ({ db, actor, params: { site, measure: kind }, version, nowMs, audit }) => {
      const { regionPath } = await requireSite(db, actor, site, "measure.verify");
      const before = await measureAt(db, site, kind, version);
      const after = verifyMeasure(before, { by: actor.id, name: actor.name, atMs: nowMs });
      await saveMeasure(db, site, after);
      await audit({
        action: "measure.verify",
        subject: `site:${site}`,
        regionPath,
        detail: { measure: kind },
      });
      return viewMeasure(after, witnessesOf(deps, site), nowMs);
    },
  });
}

async function measureAt(
  db: Database,
  site: string,
  kind: ClosureMeasure["kind"],
  version: number,
): Promise<ClosureMeasure> {
  const measure = await findMeasure(db, site, kind);
  if (measure.version !== version) throw cloudError("CHANGED_MEANWHILE");
  return measure;
}

async function utcOffsetOf(db: Database, site: string): Promise<number> {
  const { settings_json } = await db
    .selectFrom("site")
    .select("settings_json")
    .where("id", "=", site)
    .executeTakeFirstOrThrow();
  return parseSettings(settings_json).utcOffsetMin;
}

/** What the gateways that stand at a site say of its supplies. */
function witnessesOf({ registry, pipeline }: ApiDependencies, site: string): CutWitness[] {
  const silent = new Set(
    silencesOf(pipeline.site(site)?.context ?? []).flatMap(({ gateway, toMs }) =>
      toMs === null ? gateway : [],
    ),
  );
  return registry.gatewaysOf(site).flatMap(({ id, revokedMs }) => {
    const journal = pipeline.journal(id);
    if (!journal || revokedMs !== null) return [];
    return { heard: !silent.has(id), detection: journal.folds.detection };
  });
}

function viewMeasure(
  { recorded, verified, dueMs, ...measure }: ClosureMeasure,
  witnesses: readonly CutWitness[],
  nowMs: number,
): z.input<typeof measureSchema> {
  const { kind, feeders } = measure;
  return {
    ...measure,
    feeders: [...feeders],
    photos: [...measure.photos],
    overdue: isOverdue({ ...measure, dueMs }, nowMs),
    recorded: recorded && { name: recorded.name, atMs: recorded.atMs },
    verified: verified && { name: verified.name, atMs: verified.atMs },
    live:
      kind === "cut-power"
        ? livePowerCut(feeders, witnesses, nowMs)
        : kind === "cut-water"
          ? liveWaterCut(feeders, witnesses, nowMs)
          : null,
  };
}
