import type { JournalRecord } from "@sealwatch/protocols";

/** How one gateway's monotonic time maps to UTC: at `atMs` of `epoch` it was `utcMs`; null until a clock record. */
export interface Dating {
  readonly epoch: string | null;
  readonly atMs: number;
  readonly utcMs: number | null;
}

/** A moment of an epoch whose date became known: monotonic ms, UTC ms. */
export type ClockAnchor = Pick<Dating, "atMs"> & { readonly utcMs: number };

/** The dating of a gateway that has told nothing yet. */
export function initialDating(): Dating {
  return { epoch: null, atMs: 0, utcMs: null };
}

/**
 * Dates one record by its epoch's newest clock record; before the first, by `later`: what that clock record will say, once it has come.
 * Null while the epoch has not known the time: it then lies between its neighbours, and its hours count as unknown.
 */
export function dateRecord(
  dating: Dating,
  epoch: string,
  record: JournalRecord,
  later?: ClockAnchor,
): { readonly dating: Dating; readonly utcMs: number | null } {
  if (record.type === "clock") {
    return { dating: { epoch, atMs: record.atMs, utcMs: record.utcMs }, utcMs: record.utcMs };
  }
  const current = dating.epoch === epoch ? dating : { epoch, ...(later ?? { atMs: 0, utcMs: null }) };
  return { dating: current, utcMs: toUtcMs(current, record.atMs) };
}

/** A monotonic time of the dated epoch in UTC, or null. */
export function toUtcMs({ atMs, utcMs }: Dating, monotonicMs: number): number | null {
  return utcMs === null ? null : utcMs + (monotonicMs - atMs);
}
