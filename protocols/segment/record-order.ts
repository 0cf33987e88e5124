import type { JournalRecord } from "../vocabulary/journal-record.ts";

/** Kinds that explain others come first within one millisecond. */
const RANK: Readonly<Record<JournalRecord["type"], number>> = {
  channels: 0,
  clock: 1,
  gap: 2,
  event: 3,
  sample: 4,
  run: 5,
};

/** The order of decodeBody; stable, so records of one kind and time stay as written. */
export function sortRecords(records: readonly JournalRecord[]): JournalRecord[] {
  return [...records].sort((left, right) => left.atMs - right.atMs || RANK[left.type] - RANK[right.type]);
}
