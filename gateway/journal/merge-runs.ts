import type { JournalRecord, PollingRunRecord } from "@sealwatch/protocols";

/** Joins polling runs of one contact that continue each other: cut to be on disk in time, they are one proof in a segment. */
export function mergeRuns(records: readonly JournalRecord[]): JournalRecord[] {
  const merged: JournalRecord[] = [];
  const open = new Map<number, number>();
  for (const record of records) {
    const index = record.type === "run" ? open.get(record.channel) : undefined;
    const before = index === undefined ? undefined : merged[index];
    if (index !== undefined && record.type === "run" && before?.type === "run" && continues(before, record)) {
      merged[index] = join(before, record);
      continue;
    }
    if (record.type === "run") open.set(record.channel, merged.length);
    merged.push(record);
  }
  return merged;
}

function continues(before: PollingRunRecord, after: PollingRunRecord): boolean {
  return before.value === after.value && before.atMs === after.fromMs;
}

function join(before: PollingRunRecord, after: PollingRunRecord): PollingRunRecord {
  return {
    ...before,
    atMs: after.atMs,
    polls: before.polls + after.polls,
    longestGapMs: Math.max(before.longestGapMs, after.longestGapMs),
  };
}
