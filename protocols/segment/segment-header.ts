import { protocolError } from "../errors.ts";
import { type CborMap, type CborValue, decodeCanonical, encodeCanonical } from "./canonical-cbor.ts";
import { CborReader, checkedInt, fromHex } from "./cbor-reader.ts";
import {
  EPOCH_BYTES,
  HASH_BYTES,
  type JournalPosition,
  positionFromCbor,
  positionToCbor,
  SEQ_MAX,
} from "./journal-position.ts";
import { SEGMENT_BODY_MAX_BYTES } from "./segment-limits.ts";

const SEGMENT_VERSION = 1;

/** What a segment says of itself and signs. Times are monotonic milliseconds of its epoch. */
export interface SegmentHeader {
  readonly gateway: string;
  readonly epoch: string;
  readonly seq: number;
  /** SHA-256 of the previous header's bytes: in the epoch, or the parent's for seq 1; zeros for a gateway's first ever. */
  readonly prev: string;
  readonly bodyHash: string;
  readonly bodyLength: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly counts: SegmentCounts;
  /** Seq 1 only: where the journal stood when this epoch was opened; null for a gateway's first epoch. */
  readonly parent?: JournalPosition | null;
}

/** How much the body holds. */
interface SegmentCounts {
  readonly readings: number;
  readonly events: number;
  readonly records: number;
}

const KEY = {
  version: 1,
  gateway: 2,
  epoch: 3,
  seq: 4,
  prev: 5,
  bodyHash: 6,
  bodyLength: 7,
  fromMs: 8,
  toMs: 9,
  counts: 10,
  parent: 11,
} as const;

const GATEWAY_PATTERN = /^[a-z0-9][a-z0-9-]{1,30}[a-z0-9]$/;
const refuse = (why: string) => protocolError("SEGMENT_INVALID", { part: "header", why });

/** Deterministic CBOR of a header: the bytes that are signed and hashed. */
export function encodeHeader(header: SegmentHeader): Uint8Array {
  const { readings, events, records } = header.counts;
  const map = new Map<number, CborValue>([
    [KEY.version, SEGMENT_VERSION],
    [KEY.gateway, header.gateway],
    [KEY.epoch, fromHex(header.epoch)],
    [KEY.seq, header.seq],
    [KEY.prev, fromHex(header.prev)],
    [KEY.bodyHash, fromHex(header.bodyHash)],
    [KEY.bodyLength, header.bodyLength],
    [KEY.fromMs, header.fromMs],
    [KEY.toMs, header.toMs],
    [KEY.counts, [readings, events, records]],
  ]);
  if (header.parent !== undefined) map.set(KEY.parent, positionToCbor(header.parent));
  return encodeCanonical(map as CborMap);
}

/** The reverse of encodeHeader. Throws CBOR_INVALID, SEGMENT_VERSION_UNKNOWN or SEGMENT_INVALID. */
export function decodeHeader(bytes: Uint8Array): SegmentHeader {
  const reader = new CborReader(decodeCanonical(bytes, "segment header"), refuse);
  const version = reader.int(KEY.version, 0);
  if (version !== SEGMENT_VERSION) throw protocolError("SEGMENT_VERSION_UNKNOWN", { version });
  const seq = reader.int(KEY.seq, 1, SEQ_MAX);
  const parent = reader.optional(KEY.parent, (value) =>
    positionFromCbor(value, () => refuse("key 11 is not a position")),
  );
  if ((seq === 1) !== (parent !== undefined)) throw refuse("a parent belongs to seq 1 and to no other");
  const header: SegmentHeader = {
    gateway: reader.text(KEY.gateway, GATEWAY_PATTERN),
    epoch: reader.hex(KEY.epoch, EPOCH_BYTES),
    seq,
    prev: reader.hex(KEY.prev, HASH_BYTES),
    bodyHash: reader.hex(KEY.bodyHash, HASH_BYTES),
    bodyLength: reader.int(KEY.bodyLength, 0, SEGMENT_BODY_MAX_BYTES),
    fromMs: reader.int(KEY.fromMs, 0),
    toMs: reader.int(KEY.toMs, 0),
    counts: readCounts(reader.list(KEY.counts, 3)),
    ...(parent === undefined ? {} : { parent }),
  };
  reader.finish();
  if (header.toMs < header.fromMs) throw refuse("ends before it begins");
  return header;
}

function readCounts(list: readonly CborValue[]): SegmentCounts {
  const count = (index: number) =>
    checkedInt(list[index], 0, Number.MAX_SAFE_INTEGER, () => refuse("key 10 is not three counts"));
  return { readings: count(0), events: count(1), records: count(2) };
}
