import { type Actor, reach } from "../../access/actor.ts";
import { withinRegions } from "../../access/region-filter.ts";
import { newId } from "../../access/secret-text.ts";
import { cloudError } from "../../errors.ts";
import type { Database } from "../../store/database.ts";
import { type Region, toRegion } from "../region-tree.ts";
import { insertSiteRecords, type SiteRecord, toSiteRecord, updateSiteRecord } from "../site-record.ts";
import { type ImportGround, type ImportPlan, type PlannedRow, planHash, planImport } from "./plan-import.ts";
import { BAD_CELLS_MAX, type BadCell, type ReadRows } from "./read-rows.ts";

/** How long a preview waits to be applied, and how many one person may have. */
const KEPT_MS = 24 * 3_600_000;
const KEPT_MAX = 5;
/** Ids asked for in one statement. */
const IDS_MAX = 500;

/** What is stored of a file: what it says, and what was shown of it. */
export interface StoredImport {
  readonly id: string;
  readonly fileName: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly appliedMs: number | null;
  readonly read: Pick<ReadRows, "rows" | "columns">;
  readonly region: string | null;
  readonly hash: string;
  readonly preview: ImportPreview;
}

/** What was shown. */
interface ImportPreview {
  readonly rows: readonly (Omit<PlannedRow, "facts" | "version"> & { readonly name: string })[];
  readonly bad: readonly BadCell[];
  /** How many cells are bad; `bad` names the first of them. */
  readonly badCells: number;
  readonly ignored: readonly string[];
}

/** Reads what a file is held against: everything inside the importer's reach. Throws REGION_UNKNOWN. */
export async function importGround(
  db: Database,
  actor: Actor,
  said: ReadRows["rows"],
  region: string | null,
): Promise<ImportGround> {
  const tops = reach(actor, "site.import");
  const rows = await db.selectFrom("region").selectAll().where(withinRegions("path", tops)).execute();
  const regions = rows.map(toRegion);
  const sites = await db.selectFrom("site").selectAll().where(withinRegions("region_path", tops)).execute();
  const ids = said.flatMap((row) => row.said.id ?? []);
  return {
    regions,
    defaultRegion: defaultRegion(regions, tops, region),
    sites: sites.map(toSiteRecord),
    takenIds: await takenIds(db, ids),
  };
}

function defaultRegion(
  regions: readonly Region[],
  tops: readonly string[],
  id: string | null,
): Region | null {
  const found = regions.find((region) =>
    id === null ? tops.length === 1 && region.path === tops[0] : region.id === id,
  );
  if (id !== null && !found) throw cloudError("REGION_UNKNOWN", { region: id });
  return found ?? null;
}

async function takenIds(db: Database, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for (let at = 0; at < ids.length; at += IDS_MAX) {
    const part = ids.slice(at, at + IDS_MAX);
    const rows = await db.selectFrom("site").select("id").where("id", "in", part).execute();
    for (const { id } of rows) taken.add(id);
  }
  return taken;
}

/** Keeps a preview for whoever uploaded the file; everybody's expired ones, and the oldest of too many, are dropped. */
export async function storeImport(
  tx: Database,
  account: string,
  { fileName, region }: { fileName: string; region: string | null },
  read: ReadRows,
  plan: ImportPlan,
  nowMs: number,
): Promise<StoredImport> {
  await tx.deleteFrom("site_import").where("expires_ms", "<=", nowMs).execute();
  const gone = await tx
    .selectFrom("site_import")
    .select("id")
    .where("account", "=", account)
    .orderBy("created_ms", "desc")
    .offset(KEPT_MAX - 1)
    .limit(KEPT_MAX)
    .execute();
  for (const { id } of gone) await tx.deleteFrom("site_import").where("id", "=", id).execute();
  const preview = {
    rows: plan.rows.map(({ facts, version: _version, ...row }) => ({ ...row, name: facts.name.zh })),
    ...{ bad: plan.bad.slice(0, BAD_CELLS_MAX), badCells: plan.bad.length, ignored: read.ignored },
  };
  const { rows, columns } = read;
  const stored = {
    ...{ id: newId("import"), fileName, createdMs: nowMs, expiresMs: nowMs + KEPT_MS, appliedMs: null },
    ...{ read: { rows, columns }, region, hash: planHash(plan), preview },
  };
  await tx
    .insertInto("site_import")
    .values({
      ...{ id: stored.id, account, file_name: fileName, created_ms: nowMs, expires_ms: stored.expiresMs },
      rows_json: JSON.stringify({ rows, columns, region }),
      plan_hash: stored.hash,
      preview_json: JSON.stringify(preview),
    })
    .execute();
  return stored;
}

/** A preview of whoever uploaded the file. Throws NOT_VISIBLE for another's and for one that has expired. */
export async function findImport(
  db: Database,
  account: string,
  id: string,
  nowMs: number,
): Promise<StoredImport> {
  const row = await db
    .selectFrom("site_import")
    .selectAll()
    .where("id", "=", id)
    .where("account", "=", account)
    .where("expires_ms", ">", nowMs)
    .executeTakeFirst();
  if (!row) throw cloudError("NOT_VISIBLE");
  const { rows, columns, region } = JSON.parse(row.rows_json) as StoredImport["read"] & {
    region: string | null;
  };
  return {
    ...{ id, fileName: row.file_name, createdMs: row.created_ms, expiresMs: row.expires_ms, region },
    ...{ appliedMs: row.applied_ms, read: { rows, columns }, hash: row.plan_hash },
    preview: JSON.parse(row.preview_json) as ImportPreview,
  };
}

/** Does everything that was shown. Throws IMPORT_BAD_CELLS, or IMPORT_STALE when it would do anything else by now. */
export async function applyImport(
  tx: Database,
  actor: Actor,
  { id, read, region, hash, appliedMs, preview }: StoredImport,
  nowMs: number,
): Promise<{ readonly added: readonly SiteRecord[]; readonly changed: readonly SiteRecord[] }> {
  if (preview.badCells > 0) throw cloudError("IMPORT_BAD_CELLS", { count: preview.badCells });
  const ground = await importGround(tx, actor, read.rows, region);
  const plan = planImport(read, ground);
  if (appliedMs !== null || planHash(plan) !== hash) throw cloudError("IMPORT_STALE");
  const before = new Map(ground.sites.map((site) => [site.id, site]));
  const made = { version: 1, createdMs: nowMs, updatedMs: nowMs };
  const added = plan.rows
    .filter(({ act }) => act === "add")
    .map(({ site, facts }): SiteRecord => ({ ...facts, ...made, id: site ?? newId("site") }));
  const changed: SiteRecord[] = [];
  for (const { act, site, facts } of plan.rows) {
    const known = act === "change" && site !== null ? before.get(site) : undefined;
    if (known) changed.push(await updateSiteRecord(tx, known, facts, nowMs));
  }
  await insertSiteRecords(tx, added);
  await tx.updateTable("site_import").set({ applied_ms: nowMs }).where("id", "=", id).execute();
  return { added, changed };
}
