import type { Hello, Segment } from "@sealwatch/protocols";
import { type Admission, admit } from "../replica/admission.ts";
import {
  insertEpoch,
  insertSegment,
  moveHead,
  quarantineSegment,
  storedHash,
} from "../replica/segment-store.ts";
import type { Database } from "../store/database.ts";
import { type GatewayJournal, newestHead } from "./gateway-journal.ts";

/** A verified segment, the bytes it came in, and the hello it follows. */
export interface ReceivedSegment {
  readonly segment: Segment;
  readonly bytes: Uint8Array;
  readonly hello: Hello | null;
}

/** Puts a verified segment in its place in the replica; returns where, and the journal's heads after it. */
export async function appendSegment(
  db: Database,
  journal: GatewayJournal,
  { segment, bytes, hello }: ReceivedSegment,
  nowMs: number,
): Promise<{ admission: Admission; heads: GatewayJournal["heads"]; ord: number; quarantined: number }> {
  const { gateway, epoch, seq, parent } = segment.header;
  const head = journal.heads.get(epoch) ?? null;
  const isNext = head?.seq === seq - 1;
  const oldest = hello?.epochs[0];
  const admission = admit(segment.header, segment.hash, {
    epochHead: head,
    storedHash: isNext || !head ? null : await storedHash(db, gateway, epoch, seq),
    parentHash: parent && !head ? await storedHash(db, gateway, parent.epoch, parent.seq) : null,
    newest: newestHead(journal),
    oldestOffered: oldest ? { epoch: oldest.epoch, seq: oldest.oldestSeq } : null,
  });
  const quarantined =
    admission.kind === "contradiction"
      ? await quarantineSegment(db, segment, bytes, admission.reason, nowMs)
      : 0;
  if (admission.kind !== "append")
    return { admission, heads: journal.heads, ord: journal.segmentOrd, quarantined };

  const ord = await insertSegment(db, segment, nowMs);
  const start = admission.start ?? head?.start ?? "chained";
  if (admission.start) await insertEpoch(db, segment, start);
  else await moveHead(db, gateway, epoch, { seq, hash: segment.hash });
  const heads = new Map(journal.heads).set(epoch, { seq, hash: segment.hash, start });
  return { admission, heads, ord, quarantined };
}
