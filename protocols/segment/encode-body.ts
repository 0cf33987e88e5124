import { deflateRawSync } from "node:zlib";
import type { JournalRecord, SampleRecord } from "../vocabulary/journal-record.ts";
import { encodeCanonical } from "./canonical-cbor.ts";
import { encodePlainRecord, type PlainRecord } from "./plain-record.ts";
import { encodeSampleColumns } from "./sample-columns.ts";

/** deflate-raw of [plain records, sample groups]. */
export function encodeBody(records: readonly JournalRecord[]): Uint8Array {
  const samples = records.filter((record): record is SampleRecord => record.type === "sample");
  const plain = records.filter((record): record is PlainRecord => record.type !== "sample");
  const cbor = encodeCanonical([plain.map(encodePlainRecord), encodeSampleColumns(samples)]);
  return new Uint8Array(deflateRawSync(cbor, { level: 9 }));
}
