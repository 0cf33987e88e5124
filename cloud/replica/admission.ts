import { type JournalPosition, NO_HASH, type SegmentHeader } from "@sealwatch/protocols";

/**
 * How an epoch joins what the replica held before it.
 * genesis: the gateway's first. chained: continues the newest epoch's head. branch: left the chain behind that head (a card that
 * lost its tail, a restored image). truncated: begins where the gateway's own memory begins.
 */
export type EpochStart = "genesis" | "chained" | "branch" | "truncated";

/** What the replica knows that bears on one segment. */
export interface ReplicaFacts {
  /** Head of the segment's own epoch, or null when that epoch is new. */
  readonly epochHead: { readonly seq: number; readonly hash: string } | null;
  /** Hash stored at the segment's own place, or null. */
  readonly storedHash: string | null;
  /** Hash stored at the place its parent names, or null. */
  readonly parentHash: string | null;
  /** Head of the newest epoch of this gateway, or null when nothing is held. */
  readonly newest: JournalPosition | null;
  /** The oldest place the gateway said it still holds, or null. */
  readonly oldestOffered: { readonly epoch: string; readonly seq: number } | null;
}

/** What to do with a verified segment. */
export type Admission =
  | { readonly kind: "append"; readonly start: EpochStart | null }
  | { readonly kind: "duplicate" }
  /** Something before it is missing here: ask for it again. */
  | { readonly kind: "rewind" }
  /** The gateway signed two different things for one place, or a chain that contradicts itself. */
  | { readonly kind: "contradiction"; readonly reason: string };

const append = (start: EpochStart | null): Admission => ({ kind: "append", start });

/** Decides the place of a segment in the chain. Its signature has been checked before. */
export function admit(header: SegmentHeader, hash: string, facts: ReplicaFacts): Admission {
  if (facts.storedHash !== null) {
    return facts.storedHash === hash
      ? { kind: "duplicate" }
      : { kind: "contradiction", reason: "two segments for one place" };
  }
  if (facts.epochHead) return admitNext(header, facts.epochHead, facts);
  return header.seq === 1 ? admitEpoch(header, facts) : admitTruncated(header, facts);
}

function admitNext(
  header: SegmentHeader,
  head: { seq: number; hash: string },
  facts: ReplicaFacts,
): Admission {
  // What lies between is gone for good when the gateway itself no longer has it: a hole that shows, not a wait without end.
  if (header.seq > head.seq + 1) return isOldestOffered(header, facts) ? append(null) : { kind: "rewind" };
  if (header.seq <= head.seq) return { kind: "rewind" };
  return header.prev === head.hash
    ? append(null)
    : { kind: "contradiction", reason: "does not follow the segment before it" };
}

function admitEpoch(header: SegmentHeader, facts: ReplicaFacts): Admission {
  const parent = header.parent ?? null;
  if (header.prev !== (parent?.hash ?? NO_HASH))
    return { kind: "contradiction", reason: "prev is not its parent" };
  if (!parent) return append(facts.newest ? "branch" : "genesis");
  if (facts.parentHash === null) return admitTruncated(header, facts);
  if (facts.parentHash !== parent.hash)
    return { kind: "contradiction", reason: "names a parent that is not ours" };
  const isHead = facts.newest?.epoch === parent.epoch && facts.newest.seq === parent.seq;
  return append(isHead ? "chained" : "branch");
}

/** The replica lacks what comes before: fair only when the gateway no longer has it either. */
function admitTruncated(header: SegmentHeader, facts: ReplicaFacts): Admission {
  return isOldestOffered(header, facts) ? append("truncated") : { kind: "rewind" };
}

function isOldestOffered({ epoch, seq }: SegmentHeader, { oldestOffered }: ReplicaFacts): boolean {
  return oldestOffered?.epoch === epoch && oldestOffered.seq === seq;
}
