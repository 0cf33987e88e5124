import type { JournalRecord } from "@sealwatch/protocols";

/** How one gateway's monotonic time maps to UTC: at `atMs` of `epoch` it was `utcMs`; null until a clock record. */
export interface Dating {
  readonly epoch: string | null;
  readonly atMs: number;
  readonly utcMs: number | null;
}

/** The dating of a gateway that has told nothing yet. */
export function initialDating(): Dating {
  return { epoch: null, atMs: 0, utcMs: null };
}

/** Dates one record by its epoch's newest clock record; null while the epoch has not known the time. */
export function dateRecord(
  dating: Dating,
  epoch: string,
  record: JournalRecord,
): { readonly dating: Dating; readonly utcMs: number | null } {
  if (record.type === "clock") {
    return { dating: { epoch, atMs: record.atMs, utcMs: record.utcMs }, utcMs: record.utcMs };
  }
  if (dating.epoch !== epoch) return { dating: { epoch, atMs: 0, utcMs: null }, utcMs: null };
  return { dating, utcMs: toUtcMs(dating, record.atMs) };
}

/** A monotonic time of the dated epoch in UTC, or null. */
export function toUtcMs({ atMs, utcMs }: Dating, monotonicMs: number): number | null {
  return utcMs === null ? null : utcMs + (monotonicMs - atMs);
}
