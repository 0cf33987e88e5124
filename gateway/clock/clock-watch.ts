import type { ClockRecord, EventRecord } from "@sealwatch/protocols";

/** No gateway was built before: an earlier clock has no battery and no source. 2026-01-01T00:00:00Z. */
export const EARLIEST_WALL_MS = 1_767_225_600_000;
/** A clock record is due this often even when nothing drifts. */
const RECORD_EVERY_MS = 3_600_000;
/** Wall clock against monotonic clock: past this the last record no longer dates readings well enough. */
const DRIFT_MAX_MS = 500;
/** Past this somebody, or a time server, has set the clock. */
const JUMP_MIN_MS = 2_000;
/** How wrong the system's clock may be: kept by a time server, by nobody that tells, and by none. */
const UNCERTAINTY_MS = { synchronised: 1_000, untold: 60_000, unsynchronised: 86_400_000 } as const;

/** What the clock says and who keeps it; `synchronised` is null where the system does not tell. */
export interface ClockReading {
  readonly wallMs: number;
  readonly source: ClockRecord["source"];
  readonly synchronised: boolean | null;
}

/** The last clock record: when it was made and what it said. */
export interface ClockMark {
  readonly atMs: number;
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
  /** The clock has since gone where it cannot be. */
  readonly disbelieved: boolean;
}

/** What to journal now, and what to remember: null until the time is known. */
export interface ClockCheck {
  readonly mark: ClockMark | null;
  readonly records: readonly (ClockRecord | EventRecord)[];
}

/** Compares the clocks with the last record of them. Pure; both times are whole milliseconds. A clock that cannot be right dates nothing. */
export function checkClock(
  mark: ClockMark | null,
  atMs: number,
  { wallMs, source, synchronised }: ClockReading,
): ClockCheck {
  if (source === "system" && wallMs < EARLIEST_WALL_MS) return disbelieve(mark, atMs, wallMs);
  const uncertaintyMs = source === "simulator" ? 0 : uncertaintyOf(synchronised);
  const offsetMs = wallMs - atMs;
  const driftMs = mark ? offsetMs - mark.offsetMs : 0;
  const holds =
    mark?.uncertaintyMs === uncertaintyMs && !mark.disbelieved && atMs - mark.atMs < RECORD_EVERY_MS;
  if (holds && Math.abs(driftMs) <= DRIFT_MAX_MS) return { mark, records: [] };
  const clock: ClockRecord = { type: "clock", atMs, utcMs: wallMs, uncertaintyMs, source };
  return {
    mark: { atMs, offsetMs, uncertaintyMs, disbelieved: false },
    records: Math.abs(driftMs) > JUMP_MIN_MS ? [clock, jumped(atMs, `by ${driftMs} ms`)] : [clock],
  };
}

/** The last record goes on dating: monotonic time has not jumped. */
function disbelieve(mark: ClockMark | null, atMs: number, wallMs: number): ClockCheck {
  if (!mark || mark.disbelieved) return { mark, records: [] };
  const note = `to ${new Date(wallMs).toISOString()}, which cannot be`;
  return { mark: { ...mark, disbelieved: true }, records: [jumped(atMs, note)] };
}

function jumped(atMs: number, note: string): EventRecord {
  return { type: "event", atMs, event: "clock-jumped", note };
}

function uncertaintyOf(synchronised: boolean | null): number {
  if (synchronised === null) return UNCERTAINTY_MS.untold;
  return synchronised ? UNCERTAINTY_MS.synchronised : UNCERTAINTY_MS.unsynchronised;
}
