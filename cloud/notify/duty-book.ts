import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { type DutyRota, dutyRotaSchema } from "./duty-rota.ts";

/** A region's rota and the version an edit must name. */
export interface StoredRota {
  readonly regionPath: string;
  readonly version: number;
  readonly rota: DutyRota;
  readonly updatedMs: number;
  readonly updatedBy: string;
}

/** Every rota by region. */
export async function loadRotas(db: Database): Promise<ReadonlyMap<string, DutyRota>> {
  const rows = await db.selectFrom("duty").select(["region_path", "rota_json"]).execute();
  return new Map(rows.map((row) => [row.region_path, dutyRotaSchema.parse(JSON.parse(row.rota_json))]));
}

export async function loadRota(db: Database, regionPath: string): Promise<StoredRota | null> {
  const row = await db
    .selectFrom("duty")
    .selectAll()
    .where("region_path", "=", regionPath)
    .executeTakeFirst();
  if (!row) return null;
  return {
    ...{ regionPath, version: row.version, rota: dutyRotaSchema.parse(JSON.parse(row.rota_json)) },
    ...{ updatedMs: row.updated_ms, updatedBy: row.updated_by },
  };
}

/** Puts a rota in place of version `ifVersion` (0: there is none yet); gives the new version. Throws CHANGED_MEANWHILE. */
export async function putRota(
  tx: Database,
  regionPath: string,
  rota: DutyRota,
  edit: { readonly ifVersion: number; readonly by: string; readonly nowMs: number },
): Promise<number> {
  const version = (await loadRota(tx, regionPath))?.version ?? 0;
  if (version !== edit.ifVersion) throw cloudError("CHANGED_MEANWHILE");
  const row = {
    ...{ version: version + 1, rota_json: JSON.stringify(rota) },
    ...{ updated_ms: edit.nowMs, updated_by: edit.by },
  };
  await tx
    .insertInto("duty")
    .values({ region_path: regionPath, ...row })
    .onConflict((conflict) => conflict.column("region_path").doUpdateSet(row))
    .execute();
  return row.version;
}
