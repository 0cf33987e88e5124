import { protocolError } from "../errors.ts";
import { type JournalRecord, readingsIn } from "../vocabulary/journal-record.ts";
import { type CborValue, decodeCanonical, encodeCanonical } from "./canonical-cbor.ts";
import { type CoseSign1, parseCose, signCose, verifyCose } from "./cose-sign1.ts";
import type { JournalPosition } from "./journal-position.ts";
import { decodeBody, encodeBody } from "./segment-body.ts";
import { decodeHeader, encodeHeader, type SegmentHeader } from "./segment-header.ts";
import { SEGMENT_MAX_BYTES } from "./segment-limits.ts";
import { type Signer, sha256Hex, type Verifier } from "./signing-key.ts";

/** The `prev` of a gateway's first segment ever. */
export const NO_HASH = "0".repeat(64);

/** A segment whose form is right. Its signature and its place in the chain are other questions. */
export interface Segment {
  readonly header: SegmentHeader;
  /** SHA-256 of the header's bytes: what the next header's `prev` must be. */
  readonly hash: string;
  readonly cose: CoseSign1;
  readonly body: Uint8Array;
}

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
export function sealSegment(place: SegmentPlace, records: readonly JournalRecord[], signer: Signer): Segment {
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

/** [COSE_Sign1(header), body]. */
export function encodeSegment(segment: Pick<Segment, "cose" | "body">): Uint8Array {
  return encodeCanonical([segment.cose as unknown as CborValue, segment.body]);
}

/**
 * Takes bytes from the wire for a segment: size, form, version, and that the body is the one the header states.
 * Throws SEGMENT_TOO_LARGE, CBOR_INVALID, COSE_INVALID, SEGMENT_VERSION_UNKNOWN, SEGMENT_INVALID, SEGMENT_BODY_MISMATCH.
 */
export function decodeSegment(bytes: Uint8Array): Segment {
  if (bytes.length > SEGMENT_MAX_BYTES) {
    throw protocolError("SEGMENT_TOO_LARGE", { bytes: bytes.length, maxBytes: SEGMENT_MAX_BYTES });
  }
  const value = decodeCanonical(bytes, "segment");
  if (!Array.isArray(value) || value.length !== 2 || !(value[1] instanceof Uint8Array)) {
    throw protocolError("SEGMENT_INVALID", { part: "frame", why: "is not [COSE_Sign1, body]" });
  }
  const cose = parseCose(value[0] as CborValue, "segment header");
  const body = value[1];
  const header = decodeHeader(cose[2]);
  if (header.bodyLength !== body.length || header.bodyHash !== sha256Hex(body)) {
    throw protocolError("SEGMENT_BODY_MISMATCH");
  }
  return { header, hash: sha256Hex(cose[2]), cose, body };
}

/** Throws SIGNATURE_INVALID unless the gateway's key signed the header. */
export function verifySegment(segment: Segment, verifier: Verifier): void {
  verifyCose(segment.cose, verifier, `segment ${segment.header.epoch}/${segment.header.seq}`);
}

/** The segment's records in folding order. Throws CBOR_INVALID or SEGMENT_INVALID. */
export function segmentRecords(segment: Pick<Segment, "body">): JournalRecord[] {
  return decodeBody(segment.body);
}
