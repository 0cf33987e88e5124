import type { Selectable } from "kysely";
import { newId } from "../access/secret-text.ts";
import type { PermitSensor } from "../detect/permit-sensor.ts";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import type { Tables } from "../store/schema.ts";

/** Work that can be approved at a closed site. */
export const PERMIT_KINDS = {
  welding: { zh: "动火焊接", en: "welding" },
  demolition: { zh: "拆除", en: "demolition" },
  cleaning: { zh: "清理", en: "cleaning" },
  "material-removal": { zh: "物料处置", en: "removal of materials" },
  inspection: { zh: "检查", en: "inspection" },
  "power-test": { zh: "送电检查", en: "test under power" },
  other: { zh: "其他作业", en: "other work" },
} as const;
export type PermitKind = keyof typeof PERMIT_KINDS;
export const PERMIT_KIND_NAMES = Object.keys(PERMIT_KINDS) as [PermitKind, ...PermitKind[]];

/** Approved work; `endedMs` null: not ended before its time. */
export interface Permit {
  readonly id: string;
  readonly kind: PermitKind;
  readonly approver: string;
  readonly reason: string;
  /** Null: whatever a permit can cover. */
  readonly sensors: readonly PermitSensor[] | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly ended: { readonly atMs: number; readonly by: string; readonly reason: string } | null;
  readonly createdBy: string;
  readonly createdMs: number;
  readonly version: number;
}

/** A site that a permit covers, and where it lies. */
export interface PermitSite {
  readonly site: string;
  readonly regionPath: string;
}

/** Until when a permit covers, or covered. Pure. */
export function permitEndMs({ toMs, ended }: Pick<Permit, "toMs" | "ended">): number {
  return ended?.atMs ?? toMs;
}

/** Writes a permit that was approved for sites. */
export async function insertPermit(
  tx: Database,
  permit: Omit<Permit, "id" | "ended" | "version">,
  sites: readonly string[],
): Promise<Permit> {
  const { kind, approver, reason, sensors, fromMs, toMs, createdBy, createdMs } = permit;
  const id = newId("permit");
  await tx
    .insertInto("permit")
    .values({
      ...{ id, kind, approver, reason, version: 1 },
      sensors_json: sensors && JSON.stringify(sensors),
      from_ms: fromMs,
      to_ms: toMs,
      created_name: createdBy,
      created_ms: createdMs,
    })
    .execute();
  await tx
    .insertInto("permit_site")
    .values(sites.map((site) => ({ permit: id, site })))
    .execute();
  return { ...permit, id, ended: null, version: 1 };
}

/** Notes that a permit was ended before its time. Throws CHANGED_MEANWHILE. */
export async function endPermit(
  tx: Database,
  { id, version }: Pick<Permit, "id" | "version">,
  ended: NonNullable<Permit["ended"]>,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("permit")
    .set({ ended_ms: ended.atMs, ended_name: ended.by, ended_why: ended.reason, version: version + 1 })
    .where("id", "=", id)
    .where("version", "=", version)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw cloudError("CHANGED_MEANWHILE");
}

/** One permit, or null. */
export async function findPermit(db: Database, id: string): Promise<Permit | null> {
  const row = await db.selectFrom("permit").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? toPermit(row) : null;
}

/** The sites of permits, by permit. */
export async function sitesOfPermits(
  db: Database,
  permits: readonly string[],
): Promise<ReadonlyMap<string, readonly PermitSite[]>> {
  const sites = new Map<string, PermitSite[]>(permits.map((id) => [id, []]));
  if (permits.length === 0) return sites;
  const rows = await db
    .selectFrom("permit_site")
    .innerJoin("site", "site.id", "permit_site.site")
    .select(["permit_site.permit", "permit_site.site", "site.region_path"])
    .where("permit_site.permit", "in", permits)
    .orderBy("permit_site.site")
    .execute();
  for (const { permit, site, region_path } of rows)
    sites.get(permit)?.push({ site, regionPath: region_path });
  return sites;
}

/** The stored row as a permit; its words were checked when it was written. */
export function toPermit(row: Selectable<Tables["permit"]>): Permit {
  const { id, approver, reason, version } = row;
  return {
    ...{ id, approver, reason, version },
    kind: row.kind as PermitKind,
    sensors: row.sensors_json === null ? null : (JSON.parse(row.sensors_json) as PermitSensor[]),
    fromMs: row.from_ms,
    toMs: row.to_ms,
    ended:
      row.ended_ms === null
        ? null
        : { atMs: row.ended_ms, by: row.ended_name ?? "", reason: row.ended_why ?? "" },
    createdBy: row.created_name,
    createdMs: row.created_ms,
  };
}
