import { decode, encode } from "cborg";
import { protocolError } from "../errors.ts";

/** Values that signed bytes may hold: no floats, no tags, no text keys. */
export type CborValue = null | boolean | number | string | Uint8Array | readonly CborValue[] | CborMap;
export type CborMap = ReadonlyMap<number, CborValue>;

/** Deterministic CBOR (RFC 8949 §4.2.1): sorted keys, shortest forms. */
export function encodeCanonical(value: CborValue): Uint8Array {
  return encode(value, { float64: true });
}

/**
 * Decodes and insists on the one canonical form, by encoding again and comparing: a signed value must have one spelling.
 * Throws CBOR_INVALID.
 */
export function decodeCanonical(bytes: Uint8Array, what: string): CborValue {
  const value = decodeOrFail(bytes, what);
  if (!equalBytes(encodeOrFail(value, what), bytes)) throw invalid(what, "not in its shortest, sorted form");
  return value;
}

/** True when both hold the same bytes. Not constant-time: for public values. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function decodeOrFail(bytes: Uint8Array, what: string): CborValue {
  try {
    return decode(bytes, {
      useMaps: true,
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowBigInt: false,
      allowNaN: false,
      allowInfinity: false,
      rejectDuplicateMapKeys: true,
    }) as CborValue;
  } catch (cause) {
    throw invalid(what, cause instanceof Error ? cause.message : "undecodable", cause);
  }
}

function encodeOrFail(value: CborValue, what: string): Uint8Array {
  try {
    return encodeCanonical(value);
  } catch (cause) {
    throw invalid(what, "cannot be encoded again", cause);
  }
}

function invalid(what: string, why: string, cause?: unknown) {
  return protocolError("CBOR_INVALID", { what, why }, cause);
}
