import type { ClockRecord, EventRecord } from "@sealwatch/protocols";

/** A clock record is due this often even when nothing drifts. */
const RECORD_EVERY_MS = 3_600_000;
/** Wall clock against monotonic clock: past this the last record no longer dates readings well enough. */
const DRIFT_MAX_MS = 500;
/** Past this somebody, or a time server, has set the clock. */
const JUMP_MIN_MS = 2_000;
/** Nobody has told us how good the system's clock is: NTP is not asked yet. */
const UNCERTAINTY_MS = 1_000;

/** The last clock record: when it was made and what it said. */
export interface ClockMark {
  readonly atMs: number;
  readonly offsetMs: number;
}

/** What to journal now, and what to remember. */
export interface ClockCheck {
  readonly mark: ClockMark;
  readonly records: readonly (ClockRecord | EventRecord)[];
}

/** Compares the clocks with the last record of them. Pure; both times are whole milliseconds. */
export function checkClock(
  mark: ClockMark | null,
  atMs: number,
  wallMs: number,
  source: ClockRecord["source"],
): ClockCheck {
  const offsetMs = wallMs - atMs;
  const driftMs = mark ? offsetMs - mark.offsetMs : 0;
  if (mark && Math.abs(driftMs) <= DRIFT_MAX_MS && atMs - mark.atMs < RECORD_EVERY_MS)
    return { mark, records: [] };
  const uncertaintyMs = source === "simulator" ? 0 : UNCERTAINTY_MS;
  const clock: ClockRecord = { type: "clock", atMs, utcMs: wallMs, uncertaintyMs, source };
  const jumped: EventRecord = { type: "event", atMs, event: "clock-jumped", note: `by ${driftMs} ms` };
  return {
    mark: { atMs, offsetMs },
    records: Math.abs(driftMs) > JUMP_MIN_MS ? [clock, jumped] : [clock],
  };
}
