import type { z } from "zod";
import { type Actor, may, requireAt } from "../../access/actor.ts";
import { newId } from "../../access/secret-text.ts";
import { moveSiteWork } from "../../cases/move-site-work.ts";
import { cloudError } from "../../errors.ts";
import { moveDueDates } from "../../registry/closure-measure.ts";
import { findRegion } from "../../registry/region-tree.ts";
import { EMPTY_FACTS, findSites } from "../../registry/site-book.ts";
import { toGcj02 } from "../../registry/site-location.ts";
import {
  findSiteRecord,
  insertSiteRecord,
  type SiteFacts,
  type SiteRecord,
  updateSiteRecord,
} from "../../registry/site-record.ts";
import type { Database } from "../../store/database.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { onlyGiven } from "../only-given.ts";
import { editSiteSchema, newSiteSchema, siteRecordSchema } from "../register-contract.ts";
import { defineRoute, type Route } from "../route.ts";
import { siteParams } from "./sites.ts";

/** What the register holds of sites: entered, read, edited. */
export function siteRegisterRoutes(deps: ApiDependencies): Route[] {
  return [enterSite(deps), readEntry, editEntry(deps)];
}

function enterSite(deps: ApiDependencies): Route {
  return defineRoute({
    method: "POST",
    path: "/sites",
    guard: "site.edit",
    summary: "Enter a site; a gateway can be enrolled for it at once, and need not be.",
    status: 201,
    creates: true,
    body: newSiteSchema,
    answer: siteRecordSchema,
    handle: async ({ db, actor, body: { id = newId("site"), ...entered }, nowMs, audit, afterCommit }) => {
      const place = await requirePlace(db, actor, entered.region);
      const facts = { ...changed({ ...EMPTY_FACTS, ...place, name: entered.name }, entered), ...place };
      const record = await insertSiteRecord(db, id, facts, nowMs);
      const { regionPath } = record;
      await audit({
        action: "site.enter",
        subject: `site:${id}`,
        regionPath,
        detail: withoutContact(entered),
      });
      afterCommit(() => watchSites(deps, [id]));
      return viewRecord(record, actor);
    },
  });
}

const readEntry = defineRoute({
  method: "GET",
  path: "/sites/{site}/register",
  guard: "site.read",
  summary: "What the register holds of a site.",
  params: siteParams,
  answer: siteRecordSchema,
  handle: async ({ db, actor, params: { site } }) =>
    viewRecord(await requireRecord(db, actor, site, "site.read"), actor),
});

function editEntry(deps: ApiDependencies): Route {
  return defineRoute({
    method: "PATCH",
    path: "/sites/{site}/register",
    guard: "site.edit",
    summary: "Change what the register holds of a site; what is left out stays.",
    edits: true,
    params: siteParams,
    body: editSiteSchema,
    answer: siteRecordSchema,
    handle: async ({ db, actor, params: { site }, body, version, nowMs, audit, afterCommit }) => {
      const before = await requireRecord(db, actor, site, "site.edit");
      const place = body.region === undefined ? null : await requirePlace(db, actor, body.region);
      const facts = { ...changed(before, body), ...place };
      const after = await updateSiteRecord(db, { ...before, version }, facts, nowMs);
      if (after.settings.utcOffsetMin !== before.settings.utcOffsetMin) {
        await moveDueDates(db, site, after.settings.utcOffsetMin);
      }
      const { regionPath } = after;
      if (regionPath !== before.regionPath) await moveSiteWork(db, site, regionPath);
      await audit({ action: "site.edit", subject: `site:${site}`, regionPath, detail: withoutContact(body) });
      afterCommit(() => watchSites(deps, [site]));
      return viewRecord(after, actor);
    },
  });
}

/** Tells the pipeline of sites that were entered or changed. */
export async function watchSites(
  { db, pipeline }: Pick<ApiDependencies, "db" | "pipeline">,
  ids: readonly string[],
): Promise<void> {
  await pipeline.putSites(await findSites(db, ids));
}

async function requireRecord(
  db: Database,
  actor: Actor,
  site: string,
  permission: "site.read" | "site.edit",
): Promise<SiteRecord> {
  const record = await findSiteRecord(db, site);
  if (!record) throw cloudError("NOT_VISIBLE");
  requireAt(actor, permission, record.regionPath);
  return record;
}

/** Nobody enters or moves a site beyond their own part of the tree. */
async function requirePlace(
  db: Database,
  actor: Actor,
  region: string,
): Promise<Pick<SiteFacts, "region" | "regionPath">> {
  const found = await findRegion(db, region);
  if (!found) throw cloudError("REGION_UNKNOWN", { region });
  requireAt(actor, "site.edit", found.path, "region.read");
  return { region, regionPath: found.path };
}

type Entered = Omit<z.output<typeof editSiteSchema>, "region"> & { region?: string | undefined };

function changed(before: SiteFacts, entered: Entered): SiteFacts {
  const { utcOffsetMin, formerLoadW, learningDaysMin, region: _region, ...facts } = entered;
  const settings = onlyGiven({ utcOffsetMin, formerLoadW, learningDaysMin });
  return { ...before, ...onlyGiven(facts), settings: { ...before.settings, ...settings } };
}

/** The audit log is read by more people than the contact is. */
function withoutContact({ contact, ...rest }: Entered): Record<string, unknown> {
  return contact === undefined ? rest : { ...rest, contact: "entered" };
}

/** A record for the eyes of an actor. */
function viewRecord(record: SiteRecord, actor: Actor): z.input<typeof siteRecordSchema> {
  const { settings, location, contact, ...rest } = record;
  const { utcOffsetMin, formerLoadW, learningDaysMin } = settings;
  return {
    ...rest,
    ...{ utcOffsetMin, formerLoadW, learningDaysMin },
    location: location && { wgs84: location, gcj02: toGcj02(location) },
    contact: may(actor, "site.contact", record.regionPath) ? contact : null,
  };
}
