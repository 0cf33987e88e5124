import { type JournalRecord, readingsIn } from "../vocabulary/journal-record.ts";
import { type CborValue, encodeCanonical } from "./canonical-cbor.ts";
import { type CoseSign1, signCose } from "./cose-sign1.ts";
import { encodeBody } from "./encode-body.ts";
import type { JournalPosition } from "./journal-position.ts";
import { encodeHeader, type SegmentHeader } from "./segment-header.ts";
import { type Signer, sha256Hex } from "./signing-key.ts";

/** The `prev` of a gateway's first segment ever. */
export const NO_HASH = "0".repeat(64);

/** A segment whose form is right. Its signature and its place in the chain are other questions. */
export interface Segment {
  readonly header: SegmentHeader;
  /** SHA-256 of the header's bytes: what the next header's `prev` must be. */
  readonly hash: string;
  readonly cose: CoseSign1;
  /** Null where the gateway had to give the body up for space: the header still proves that there was one, and which. */
  readonly body: Uint8Array | null;
}

/** A segment just sealed: its body is there. */
export type SealedSegment = Segment & { readonly body: Uint8Array };

/** What the sealer knows before the records are encoded. */
export interface SegmentPlace {
  readonly gateway: string;
  readonly epoch: string;
  readonly seq: number;
  readonly prev: string;
  /** For seq 1: the end of the journal before this epoch, or null. */
  readonly parent?: JournalPosition | null;
}

/** Seals records into a signed segment. */
export function sealSegment(
  place: SegmentPlace,
  records: readonly JournalRecord[],
  signer: Signer,
): SealedSegment {
  const body = encodeBody(records);
  const times = records.map((record) => record.atMs);
  const fromMs = times.reduce((low, time) => Math.min(low, time), times[0] ?? 0);
  const header: SegmentHeader = {
    gateway: place.gateway,
    epoch: place.epoch,
    seq: place.seq,
    prev: place.prev,
    bodyHash: sha256Hex(body),
    bodyLength: body.length,
    fromMs,
    toMs: times.reduce((high, time) => Math.max(high, time), fromMs),
    counts: {
      readings: records.reduce((sum, record) => sum + readingsIn(record), 0),
      events: records.filter((record) => record.type === "event").length,
      records: records.length,
    },
    ...(place.seq === 1 ? { parent: place.parent ?? null } : {}),
  };
  const headerBytes = encodeHeader(header);
  return { header, hash: sha256Hex(headerBytes), cose: signCose(headerBytes, signer), body };
}

/** [COSE_Sign1(header), body or null]. */
export function encodeSegment(segment: Pick<Segment, "cose" | "body">): Uint8Array {
  return encodeCanonical([segment.cose as unknown as CborValue, segment.body]);
}
