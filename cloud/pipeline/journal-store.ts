import type { FindingRecord } from "../detect/finding.ts";
import { loadEpochs } from "../replica/segment-store.ts";
import type { SegmentSummary } from "../replica/segment-summary.ts";
import type { Database } from "../store/database.ts";
import { EMPTY_FOLDS, FOLD_VERSION, type GatewayJournal } from "./gateway-journal.ts";
import { fromStoredState, toStoredState } from "./stored-state.ts";

/** A gateway's journal and folds as last committed; `stale` when other code folded them, so they must be folded again. */
export async function loadJournal(
  db: Database,
  gateway: string,
): Promise<{ journal: GatewayJournal; stale: boolean }> {
  const epochs = await loadEpochs(db, gateway);
  const row = await db
    .selectFrom("gateway_state")
    .selectAll()
    .where("gateway", "=", gateway)
    .executeTakeFirst();
  const heads = new Map(epochs.map(({ epoch, seq, hash, start }) => [epoch, { seq, hash, start }]));
  const segmentOrd = row?.segment_ord ?? 0;
  if (row?.fold_version !== FOLD_VERSION) {
    return { journal: { gateway, heads, segmentOrd, folds: EMPTY_FOLDS }, stale: heads.size > 0 };
  }
  const folds = {
    view: JSON.parse(row.view_json),
    dating: JSON.parse(row.dating_json),
    detection: fromStoredState(row.fold_json),
  };
  return { journal: { gateway, heads, segmentOrd, folds }, stale: false };
}

/** Writes the folds of a gateway. */
export async function saveFolds(db: Database, { gateway, segmentOrd, folds }: GatewayJournal): Promise<void> {
  const columns = {
    segment_ord: segmentOrd,
    fold_version: FOLD_VERSION,
    view_json: JSON.stringify(folds.view),
    dating_json: JSON.stringify(folds.dating),
    fold_json: toStoredState(folds.detection),
  };
  await db
    .insertInto("gateway_state")
    .values({ gateway, ...columns })
    .onConflict((conflict) => conflict.column("gateway").doUpdateSet(columns))
    .execute();
}

/** Writes what the chart needs of one segment. */
export async function insertSummary(
  db: Database,
  gateway: string,
  segmentOrd: number,
  { fromMs, toMs, summary }: { fromMs: number; toMs: number; summary: SegmentSummary },
): Promise<void> {
  const summary_json = JSON.stringify(summary);
  await db
    .insertInto("segment_summary")
    .values({ segment_ord: segmentOrd, gateway, from_ms: fromMs, to_ms: toMs, summary_json })
    .execute();
}

/** Appends findings in the order found. */
export async function insertFindings(
  db: Database,
  site: string,
  findings: readonly FindingRecord[],
): Promise<void> {
  if (findings.length === 0) return;
  const rows = findings.map((finding) => ({
    site,
    gateway: finding.gateway,
    key: finding.key,
    at_ms: finding.atMs,
    finding_json: JSON.stringify(finding),
  }));
  await db.insertInto("finding").values(rows).execute();
}

/** What was found at a site since `sinceMs`, in the order found. */
export async function loadFindings(db: Database, site: string, sinceMs: number): Promise<FindingRecord[]> {
  const rows = await db
    .selectFrom("finding")
    .select("finding_json")
    .where("site", "=", site)
    .where("at_ms", ">=", sinceMs)
    .orderBy("id")
    .execute();
  return rows.map((row) => JSON.parse(row.finding_json) as FindingRecord);
}

/** Forgets what was derived from one gateway's journal, before it is folded again. */
export async function deleteDerived(db: Database, gateway: string): Promise<void> {
  await db.deleteFrom("finding").where("gateway", "=", gateway).execute();
  await db.deleteFrom("segment_summary").where("gateway", "=", gateway).execute();
  await db.deleteFrom("gateway_state").where("gateway", "=", gateway).execute();
}
