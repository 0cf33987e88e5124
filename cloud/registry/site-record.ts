import type { Insertable, Selectable } from "kysely";
import { z } from "zod";
import { type SiteConfig, siteSettingsSchema } from "../config/cloud-config.ts";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import type { Tables } from "../store/schema.ts";
import type { SiteCategory, SiteState } from "./site-category.ts";
import type { SiteLocation } from "./site-location.ts";

/** What detection starts from. */
export type SiteSettings = Pick<
  SiteConfig,
  "utcOffsetMin" | "formerLoadW" | "learningDaysMin" | "declaredCut"
>;

/** What somebody enters of a site. Dates are local, `YYYY-MM-DD`. */
export interface SiteFacts {
  readonly region: string;
  readonly regionPath: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly address: string;
  readonly category: SiteCategory;
  readonly state: SiteState;
  readonly order: {
    readonly number: string | null;
    readonly date: string | null;
    readonly issuer: string | null;
  };
  readonly location: SiteLocation | null;
  /** 县域交接地带, 闲置生产线, 应列入而未列入名单. */
  readonly borderArea: boolean;
  readonly idleLine: boolean;
  readonly shouldBeListed: boolean;
  /** The legal person: not for everybody who may see the site. */
  readonly contact: { readonly name: string | null; readonly phone: string | null };
  readonly notes: string;
  readonly settings: SiteSettings;
}

/** A site as the register holds it. */
export interface SiteRecord extends SiteFacts {
  readonly id: string;
  readonly version: number;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Rows of one statement: 100 × 23 values stay below SQLite's bound of 32,766. */
const INSERTED_TOGETHER = 100;
/** The settings as they are stored: where nobody knows the former load it is 0, and rules that are shares of it rest. */
const storedSettingsSchema = siteSettingsSchema.extend({ formerLoadW: z.number().min(0) });
/** Where nothing is said: Beijing time, a load that nobody knows. */
export const UNKNOWN_SETTINGS: SiteSettings = storedSettingsSchema.parse({ formerLoadW: 0 });

/** One site of the register, or null. */
export async function findSiteRecord(db: Database, id: string): Promise<SiteRecord | null> {
  const row = await db.selectFrom("site").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? toSiteRecord(row) : null;
}

/** Enters a site. Throws ID_TAKEN or SITE_NAME_TAKEN. */
export async function insertSiteRecord(
  tx: Database,
  id: string,
  facts: SiteFacts,
  nowMs: number,
): Promise<SiteRecord> {
  const taken = await tx.selectFrom("site").select("id").where("id", "=", id).executeTakeFirst();
  if (taken) throw cloudError("ID_TAKEN", { id });
  await requireFreeName(tx, id, facts);
  const record = { ...facts, id, version: 1, createdMs: nowMs, updatedMs: nowMs };
  await tx.insertInto("site").values(toRow(record)).execute();
  return record;
}

/** Enters many sites whose ids and names are known to be free. */
export async function insertSiteRecords(tx: Database, records: readonly SiteRecord[]): Promise<void> {
  for (let at = 0; at < records.length; at += INSERTED_TOGETHER) {
    const rows = records.slice(at, at + INSERTED_TOGETHER).map(toRow);
    await tx.insertInto("site").values(rows).execute();
  }
}

/** Changes a site that has `version` now. Throws CHANGED_MEANWHILE or SITE_NAME_TAKEN. */
export async function updateSiteRecord(
  tx: Database,
  before: SiteRecord,
  facts: SiteFacts,
  nowMs: number,
): Promise<SiteRecord> {
  const { id, version, createdMs } = before;
  if (facts.name.zh !== before.name.zh || facts.region !== before.region)
    await requireFreeName(tx, id, facts);
  const record = { ...facts, id, version: version + 1, createdMs, updatedMs: nowMs };
  const { numUpdatedRows } = await tx
    .updateTable("site")
    .set(toRow(record))
    .where("id", "=", id)
    .where("version", "=", version)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw cloudError("CHANGED_MEANWHILE");
  return record;
}

/** Two sites of one region with one name would be one site entered twice. */
async function requireFreeName(tx: Database, id: string, { region, name }: SiteFacts): Promise<void> {
  const twin = await tx
    .selectFrom("site")
    .select("id")
    .where("region", "=", region)
    .where("name_zh", "=", name.zh)
    .where("id", "<>", id)
    .executeTakeFirst();
  if (twin) throw cloudError("SITE_NAME_TAKEN", { site: twin.id, name: name.zh });
}

/** The stored row as a site; its words were checked when it was written. */
export function toSiteRecord(row: Selectable<Tables["site"]>): SiteRecord {
  const { id, region, address, notes, version } = row;
  return {
    ...{ id, region, address, notes, version },
    regionPath: row.region_path,
    name: { zh: row.name_zh, en: row.name_en },
    category: row.category as SiteCategory,
    state: row.state as SiteState,
    order: { number: row.order_number, date: row.order_date, issuer: row.order_issuer },
    location:
      row.latitude === null || row.longitude === null
        ? null
        : { latitude: row.latitude, longitude: row.longitude },
    borderArea: row.border_area === 1,
    idleLine: row.idle_line === 1,
    shouldBeListed: row.should_be_listed === 1,
    contact: { name: row.contact_name, phone: row.contact_phone },
    settings: parseSettings(row.settings_json),
    createdMs: Number(row.created_ms),
    updatedMs: Number(row.updated_ms),
  };
}

/** Settings as they were stored. */
export function parseSettings(json: string): SiteSettings {
  return storedSettingsSchema.parse(JSON.parse(json));
}

/** The same settings as the same text. */
export function settingsJson(settings: SiteSettings): string {
  const { utcOffsetMin, formerLoadW, learningDaysMin, declaredCut } = settings;
  return JSON.stringify({ utcOffsetMin, formerLoadW, learningDaysMin, declaredCut });
}

function toRow(record: SiteRecord): Insertable<Tables["site"]> {
  const { id, region, regionPath, name, address, order, location, contact, notes } = record;
  return {
    ...{ id, region, address, notes },
    region_path: regionPath,
    name_zh: name.zh,
    name_en: name.en,
    category: record.category,
    state: record.state,
    order_number: order.number,
    order_date: order.date,
    order_issuer: order.issuer,
    latitude: location?.latitude ?? null,
    longitude: location?.longitude ?? null,
    border_area: record.borderArea ? 1 : 0,
    idle_line: record.idleLine ? 1 : 0,
    should_be_listed: record.shouldBeListed ? 1 : 0,
    contact_name: contact.name,
    contact_phone: contact.phone,
    search_text: `${name.zh} ${name.en} ${address} ${id}`.toLowerCase(),
    settings_json: settingsJson(record.settings),
    version: record.version,
    created_ms: record.createdMs,
    updated_ms: record.updatedMs,
  };
}
