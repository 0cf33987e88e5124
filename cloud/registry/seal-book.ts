import type { Selectable } from "kysely";
import { newId } from "../access/secret-text.ts";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import type { Tables } from "../store/schema.ts";

/** The seal loop that watches a paper seal. */
interface SealLoop {
  readonly gateway: string;
  readonly device: string;
  readonly point: string;
}

/** A paper seal as it was put on. */
export interface SealFacts {
  readonly number: string;
  readonly position: string;
  readonly appliedBy: string;
  readonly appliedMs: number;
  /** SHA-256 of a photo, hex. */
  readonly photo: string | null;
  readonly loop: SealLoop | null;
}

/** A seal of the register. */
export interface Seal extends SealFacts {
  readonly id: string;
  readonly site: string;
  readonly removed: { readonly atMs: number; readonly by: string; readonly reason: string } | null;
  readonly replacedBy: string | null;
  readonly version: number;
}

/** Seals that one site may ever have had. */
const SEALS_MAX = 500;

/** Enters a seal at a site of a county. Throws SEAL_NUMBER_TAKEN or SEALS_EXHAUSTED. */
export async function applySeal(
  tx: Database,
  { site, county }: { site: string; county: string },
  facts: SealFacts,
): Promise<Seal> {
  const taken = await tx
    .selectFrom("seal")
    .select("id")
    .where("county", "=", county)
    .where("number", "=", facts.number)
    .executeTakeFirst();
  if (taken) throw cloudError("SEAL_NUMBER_TAKEN", { number: facts.number });
  const { total } = await tx
    .selectFrom("seal")
    .select(({ fn }) => fn.countAll<number>().as("total"))
    .where("site", "=", site)
    .executeTakeFirstOrThrow();
  if (Number(total) >= SEALS_MAX) throw cloudError("SEALS_EXHAUSTED", { max: SEALS_MAX });
  const seal: Seal = { ...facts, id: newId("seal"), site, removed: null, replacedBy: null, version: 1 };
  await tx
    .insertInto("seal")
    .values({ ...toRow(seal), county })
    .execute();
  return seal;
}

/** One seal, or null. */
export async function findSeal(db: Database, id: string): Promise<Seal | null> {
  const row = await db.selectFrom("seal").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? toSeal(row) : null;
}

/** Writes a seal over the version it came from. Throws CHANGED_MEANWHILE. */
export async function saveSeal(tx: Database, seal: Seal): Promise<Seal> {
  const after = { ...seal, version: seal.version + 1 };
  const { numUpdatedRows } = await tx
    .updateTable("seal")
    .set(toRow(after))
    .where("id", "=", seal.id)
    .where("version", "=", seal.version)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw cloudError("CHANGED_MEANWHILE");
  return after;
}

/** The region inside which seal numbers are unique: the county of a path, or the top of a smaller tree. */
export async function countyOf(db: Database, regionPath: string): Promise<string> {
  const ids = regionPath.split("/").slice(0, -1);
  const county = await db
    .selectFrom("region")
    .select("id")
    .where("id", "in", ids)
    .where("kind", "=", "county")
    .executeTakeFirst();
  return county?.id ?? ids[0] ?? "";
}

/** The stored row as a seal. */
export function toSeal(row: Selectable<Tables["seal"]>): Seal {
  const { id, site, number, position, photo, gateway, device, point, version } = row;
  return {
    ...{ id, site, number, position, photo, version },
    appliedBy: row.applied_by,
    appliedMs: row.applied_ms,
    loop: gateway === null || device === null || point === null ? null : { gateway, device, point },
    removed:
      row.removed_ms === null
        ? null
        : { atMs: row.removed_ms, by: row.removed_by ?? "", reason: row.removed_why ?? "" },
    replacedBy: row.replaced_by,
  };
}

function toRow({ loop, removed, appliedBy, appliedMs, replacedBy, ...rest }: Seal) {
  return {
    ...rest,
    applied_by: appliedBy,
    applied_ms: appliedMs,
    gateway: loop?.gateway ?? null,
    device: loop?.device ?? null,
    point: loop?.point ?? null,
    removed_ms: removed?.atMs ?? null,
    removed_by: removed?.by ?? null,
    removed_why: removed?.reason ?? null,
    replaced_by: replacedBy,
  };
}
