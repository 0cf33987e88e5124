import type { CborValue } from "./canonical-cbor.ts";
import { checkedHex, checkedInt, fromHex } from "./cbor-reader.ts";

/** One sealed segment's place: its epoch (16 hex), its number in it from 1, and the SHA-256 of its header's bytes (64 hex). */
export interface JournalPosition {
  readonly epoch: string;
  readonly seq: number;
  readonly hash: string;
}

export const EPOCH_BYTES = 8;
export const HASH_BYTES = 32;
/** 2^40 segments: at one a second, 34,000 years. */
export const SEQ_MAX = 2 ** 40;

/** [epoch, seq, hash] or null. */
export function positionToCbor(position: JournalPosition | null): CborValue {
  return position && [fromHex(position.epoch), position.seq, fromHex(position.hash)];
}

/** The reverse of positionToCbor; `refuse` makes the error. */
export function positionFromCbor(value: CborValue | undefined, refuse: () => Error): JournalPosition | null {
  if (value === null) return null;
  if (!Array.isArray(value) || value.length !== 3) throw refuse();
  return {
    epoch: checkedHex(value[0], EPOCH_BYTES, refuse),
    seq: checkedInt(value[1], 1, SEQ_MAX, refuse),
    hash: checkedHex(value[2], HASH_BYTES, refuse),
  };
}
