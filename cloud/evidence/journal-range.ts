import type { Database } from "../store/database.ts";

/** A stretch of one gateway's journal by its order in the replica, both ends included. */
export interface JournalRange {
  readonly firstOrd: number;
  readonly lastOrd: number;
  readonly segments: number;
}

/** A receipt is issued hourly: further out than this nothing is gained by looking for one. */
const REACH_SEGMENTS_MAX = 2_000;

/**
 * The segments that hold anything of [fromMs, toMs], widened to the receipts around them: from just after the last receipt before, up
 * to the first receipt at or after the end. Null when the journal says nothing of that time.
 */
export async function journalRange(
  db: Database,
  gateway: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<JournalRange | null> {
  const { firstOrd, lastOrd } = await db
    .selectFrom("segment_summary")
    .select((select) => [
      select.fn.min("segment_ord").as("firstOrd"),
      select.fn.max("segment_ord").as("lastOrd"),
    ])
    .where("gateway", "=", gateway)
    .where("from_ms", "<=", toMs)
    .where("to_ms", ">=", fromMs)
    .executeTakeFirstOrThrow();
  if (firstOrd === null || lastOrd === null) return null;
  const before = await receiptNear(db, gateway, firstOrd, "before");
  const after = await receiptNear(db, gateway, lastOrd, "after");
  return countRange(db, gateway, before === null ? firstOrd : before + 1, after ?? lastOrd);
}

/** Order in the replica of the nearest segment that a receipt names, or null when none is in reach. */
async function receiptNear(
  db: Database,
  gateway: string,
  ord: number,
  side: "before" | "after",
): Promise<number | null> {
  const row = await db
    .selectFrom("receipt as r")
    .innerJoin("segment as s", (join) =>
      join.onRef("s.gateway", "=", "r.gateway").onRef("s.epoch", "=", "r.epoch").onRef("s.seq", "=", "r.seq"),
    )
    .select("s.ord")
    .where("r.gateway", "=", gateway)
    .where("s.ord", side === "before" ? "<" : ">=", ord)
    .orderBy("s.ord", side === "before" ? "desc" : "asc")
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const [low, high] = side === "before" ? [row.ord, ord] : [ord, row.ord];
  const between = await countRange(db, gateway, low, high);
  return between.segments > REACH_SEGMENTS_MAX ? null : row.ord;
}

async function countRange(
  db: Database,
  gateway: string,
  firstOrd: number,
  lastOrd: number,
): Promise<JournalRange> {
  const { segments } = await db
    .selectFrom("segment")
    .select((select) => select.fn.countAll<number>().as("segments"))
    .where("gateway", "=", gateway)
    .where("ord", ">=", firstOrd)
    .where("ord", "<=", lastOrd)
    .executeTakeFirstOrThrow();
  return { firstOrd, lastOrd, segments: Number(segments) };
}
