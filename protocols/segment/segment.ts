import { protocolError } from "../errors.ts";
import type { JournalRecord } from "../vocabulary/journal-record.ts";
import { type CborValue, decodeCanonical } from "./canonical-cbor.ts";
import { parseCose, verifyCose } from "./cose-sign1.ts";
import { decodeBody } from "./decode-body.ts";
import type { Segment } from "./seal-segment.ts";
import { decodeHeader } from "./segment-header.ts";
import { SEGMENT_MAX_BYTES } from "./segment-limits.ts";
import { sha256Hex, type Verifier } from "./signing-key.ts";

/**
 * Takes bytes from the wire for a segment: size, form, version, and that the body is the one the header states.
 * Throws SEGMENT_TOO_LARGE, CBOR_INVALID, COSE_INVALID, SEGMENT_VERSION_UNKNOWN, SEGMENT_INVALID, SEGMENT_BODY_MISMATCH.
 */
export function decodeSegment(bytes: Uint8Array): Segment {
  if (bytes.length > SEGMENT_MAX_BYTES) {
    throw protocolError("SEGMENT_TOO_LARGE", { bytes: bytes.length, maxBytes: SEGMENT_MAX_BYTES });
  }
  const value = decodeCanonical(bytes, "segment");
  if (!Array.isArray(value) || value.length !== 2 || !isBody(value[1])) {
    throw protocolError("SEGMENT_INVALID", { part: "frame", why: "is not [COSE_Sign1, body or null]" });
  }
  const cose = parseCose(value[0] as CborValue, "segment header");
  const body = value[1];
  const header = decodeHeader(cose[2]);
  if (body && (header.bodyLength !== body.length || header.bodyHash !== sha256Hex(body))) {
    throw protocolError("SEGMENT_BODY_MISMATCH");
  }
  return { header, hash: sha256Hex(cose[2]), cose, body };
}

function isBody(value: CborValue | undefined): value is Uint8Array | null {
  return value === null || value instanceof Uint8Array;
}

/** Throws SIGNATURE_INVALID unless the gateway's key signed the header. */
export function verifySegment(segment: Segment, verifier: Verifier): void {
  verifyCose(segment.cose, verifier, `segment ${segment.header.epoch}/${segment.header.seq}`);
}

/**
 * The segment's records in folding order. What is left of a body that was given up is the gap that it leaves.
 * Throws CBOR_INVALID or SEGMENT_INVALID.
 */
export function segmentRecords(
  segment: Pick<Segment, "header" | "body"> | { readonly body: Uint8Array },
): JournalRecord[] {
  if (segment.body) return decodeBody(segment.body);
  if (!("header" in segment)) return [];
  const { fromMs, toMs, counts } = segment.header;
  return [{ type: "gap", atMs: toMs, fromMs, reason: "dropped", readings: counts.readings }];
}
