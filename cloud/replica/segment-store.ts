import { encodeCose, type Segment } from "@sealwatch/protocols";
import type { Database } from "../store/database.ts";
import type { EpochStart } from "./admission.ts";

/** Contradictions kept for each gateway: evidence enough for a person, and no way to fill a disk. */
const QUARANTINE_MAX = 100;

/** A body that the gateway gave up; a real one is never empty. */
const NO_BODY = new Uint8Array();

/** One epoch as the replica holds it. */
export interface HeldEpochRow {
  readonly epoch: string;
  readonly start: EpochStart;
  readonly seq: number;
  readonly hash: string;
}

/** The epochs held of a gateway, in the order they arrived. */
export async function loadEpochs(db: Database, gateway: string): Promise<HeldEpochRow[]> {
  return db
    .selectFrom("epoch")
    .select(["epoch", "start", "head_seq as seq", "head_hash as hash"])
    .where("gateway", "=", gateway)
    .orderBy("ord")
    .execute();
}

/** The hash stored at a place, or null. */
export async function storedHash(db: Database, gateway: string, epoch: string, seq: number) {
  const row = await db
    .selectFrom("segment")
    .select("hash")
    .where("gateway", "=", gateway)
    .where("epoch", "=", epoch)
    .where("seq", "=", seq)
    .executeTakeFirst();
  return row?.hash ?? null;
}

/** Appends a segment and returns its order in the replica. */
export async function insertSegment(db: Database, segment: Segment, recordedMs: number): Promise<number> {
  const { header } = segment;
  const row = await db
    .insertInto("segment")
    .values({
      gateway: header.gateway,
      epoch: header.epoch,
      seq: header.seq,
      hash: segment.hash,
      cose: encodeCose(segment.cose),
      body: segment.body ?? NO_BODY,
      readings: header.counts.readings,
      events: header.counts.events,
      recorded_ms: recordedMs,
    })
    .returning("ord")
    .executeTakeFirstOrThrow();
  return row.ord;
}

/** Records a new epoch, its head at its first segment. */
export async function insertEpoch(db: Database, segment: Segment, start: EpochStart): Promise<void> {
  const { gateway, epoch, seq, parent } = segment.header;
  await db
    .insertInto("epoch")
    .values({
      gateway,
      epoch,
      start,
      parent_epoch: parent?.epoch ?? null,
      parent_seq: parent?.seq ?? null,
      head_seq: seq,
      head_hash: segment.hash,
    })
    .execute();
}

/** Moves an epoch's head. */
export async function moveHead(
  db: Database,
  gateway: string,
  epoch: string,
  head: { seq: number; hash: string },
) {
  await db
    .updateTable("epoch")
    .set({ head_seq: head.seq, head_hash: head.hash })
    .where("gateway", "=", gateway)
    .where("epoch", "=", epoch)
    .execute();
}

/** Keeps a signed contradiction for a person to look at; the same one twice is kept once. Returns how many were added: 0 or 1. */
export async function quarantineSegment(
  db: Database,
  segment: Segment,
  bytes: Uint8Array,
  reason: string,
  recordedMs: number,
): Promise<number> {
  const { gateway, epoch, seq } = segment.header;
  if ((await countQuarantined(db, gateway)) >= QUARANTINE_MAX) return 0;
  const added = await db
    .insertInto("quarantine")
    .values({ gateway, epoch, seq, hash: segment.hash, reason, bytes, recorded_ms: recordedMs })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .execute();
  return added.length;
}

/** Contradictions kept of a gateway. */
export async function countQuarantined(db: Database, gateway: string): Promise<number> {
  const kept = await db
    .selectFrom("quarantine")
    .select((select) => select.fn.countAll<number>().as("rows"))
    .where("gateway", "=", gateway)
    .executeTakeFirstOrThrow();
  return Number(kept.rows);
}

/** Contradictions kept of a gateway, newest first, beside the hash that the replica holds for their place. */
export async function listQuarantined(db: Database, gateway: string, before: number, limit: number) {
  return db
    .selectFrom("quarantine as q")
    .leftJoin("segment as s", (join) =>
      join.onRef("s.gateway", "=", "q.gateway").onRef("s.epoch", "=", "q.epoch").onRef("s.seq", "=", "q.seq"),
    )
    .select([
      ...(["q.id", "q.epoch", "q.seq", "s.hash as heldHash", "q.hash as otherHash"] as const),
      ...(["q.reason", "q.recorded_ms as recordedMs"] as const),
    ])
    .where("q.gateway", "=", gateway)
    .where("q.id", "<", before)
    .orderBy("q.id", "desc")
    .limit(limit)
    .execute();
}
