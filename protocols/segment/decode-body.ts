import { inflateRawSync } from "node:zlib";
import { protocolError } from "../errors.ts";
import type { JournalRecord } from "../vocabulary/journal-record.ts";
import { type CborValue, decodeCanonical } from "./canonical-cbor.ts";
import { decodePlainRecord } from "./decode-plain-record.ts";
import { sortRecords } from "./record-order.ts";
import { decodeSampleColumns } from "./sample-columns.ts";
import { BODY_INFLATED_MAX_BYTES, RECORDS_MAX } from "./segment-limits.ts";

const refuse = (why: string) => protocolError("SEGMENT_INVALID", { part: "body", why });

/**
 * The records of a body in the one order that everybody folds them in: by time, then by kind, then as written.
 * Throws CBOR_INVALID or SEGMENT_INVALID.
 */
export function decodeBody(body: Uint8Array): JournalRecord[] {
  const value = decodeCanonical(inflate(body), "segment body");
  if (!Array.isArray(value) || value.length !== 2) throw refuse("is not [records, sample groups]");
  const [plain, groups] = value as readonly CborValue[];
  if (!Array.isArray(plain) || !Array.isArray(groups)) throw refuse("is not [records, sample groups]");
  if (plain.length > RECORDS_MAX || groups.length > RECORDS_MAX)
    throw refuse(`has more than ${RECORDS_MAX} records`);
  const records: JournalRecord[] = [
    ...plain.map((record) => decodePlainRecord(record as CborValue, refuse)),
    ...decodeSampleColumns(groups as CborValue[], refuse),
  ];
  return sortRecords(records);
}

function inflate(body: Uint8Array): Uint8Array {
  try {
    return new Uint8Array(inflateRawSync(body, { maxOutputLength: BODY_INFLATED_MAX_BYTES }));
  } catch (cause) {
    throw protocolError("SEGMENT_INVALID", { part: "body", why: "does not inflate within its limit" }, cause);
  }
}
