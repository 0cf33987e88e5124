import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { REGION_KINDS, type RegionKind } from "./region-id.ts";

/** Regions one installation holds: a province has about 30,000 villages. */
const REGIONS_MAX = 60_000;

/** One node of the tree. `path`: the ids from the top to it, each followed by a slash. */
export interface Region {
  readonly id: string;
  readonly parent: string | null;
  readonly kind: RegionKind;
  readonly name: { readonly zh: string; readonly en: string };
  readonly path: string;
  readonly version: number;
}

/** Enters a region below its parent; a tree may begin at any kind. Throws REGION_UNKNOWN, REGION_MISPLACED, ID_TAKEN or REGIONS_EXHAUSTED. */
export async function createRegion(
  tx: Database,
  { id, parent, kind, name }: Omit<Region, "path" | "version">,
): Promise<Region> {
  if (await findRegion(tx, id)) throw cloudError("ID_TAKEN", { id });
  const above = parent === null ? null : await findRegion(tx, parent);
  if (parent !== null && !above) throw cloudError("REGION_UNKNOWN", { region: parent });
  if (above && REGION_KINDS.indexOf(kind) <= REGION_KINDS.indexOf(above.kind)) {
    throw cloudError("REGION_MISPLACED", { kind, above: above.kind });
  }
  const { total } = await tx
    .selectFrom("region")
    .select(({ fn }) => fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  if (Number(total) >= REGIONS_MAX) throw cloudError("REGIONS_EXHAUSTED", { max: REGIONS_MAX });
  const path = `${above?.path ?? ""}${id}/`;
  await tx
    .insertInto("region")
    .values({ id, parent, kind, name_zh: name.zh, name_en: name.en, path, version: 1 })
    .execute();
  return { id, parent, kind, name, path, version: 1 };
}

/** Gives a region another name. Throws CHANGED_MEANWHILE. */
export async function renameRegion(
  tx: Database,
  { id, version }: Pick<Region, "id" | "version">,
  name: Region["name"],
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("region")
    .set({ name_zh: name.zh, name_en: name.en, version: version + 1 })
    .where("id", "=", id)
    .where("version", "=", version)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw cloudError("CHANGED_MEANWHILE");
}

/** A region, or null. */
export async function findRegion(db: Database, id: string): Promise<Region | null> {
  const row = await db.selectFrom("region").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? toRegion(row) : null;
}

/** The stored row as a region; `kind` was checked when it was written. */
export function toRegion(row: {
  id: string;
  parent: string | null;
  kind: string;
  name_zh: string;
  name_en: string;
  path: string;
  version: number;
}): Region {
  const { id, parent, kind, name_zh, name_en, path, version } = row;
  return { id, parent, kind: kind as RegionKind, name: { zh: name_zh, en: name_en }, path, version };
}
