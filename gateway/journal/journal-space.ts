import type { JournalTables } from "./journal-tables.ts";

/** Acknowledged segments are kept whole this long while the budget permits: a cloud restored from a backup asks for them again. */
const KEPT_MS = 30 * 86_400_000;
/** Segments given up in one commit, so that none takes long. */
const STEP_SEGMENTS = 4;
const GIVEN_UP_MAX = 256;
/** On a full disk this much is kept free inside the file, for the next commits to use. */
const FREE_ON_FULL_DISK_BYTES = 64 * 1024;
/** The rate is taken from so many segments: about three days of a quiet site. */
const RATE_SEGMENTS = 1_000;
const DAY_MS = 86_400_000;
const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** What the journal takes. */
export interface SpaceReport {
  readonly usedBytes: number;
  readonly budgetBytes: number;
  /** What the newest segments took a day; null before there are two. */
  readonly bytesPerDay: number | null;
  readonly full: boolean;
}

/**
 * Keeps the journal's file within its budget. In this order it gives up: acknowledged segments older than 30 days; bodies of
 * acknowledged telemetry; bodies of telemetry that nobody acknowledged; younger acknowledged segments. Events that nobody acknowledged
 * and headers of what the cloud lacks stay: when they fill the budget, telemetry is no longer taken.
 */
export class JournalSpace {
  readonly #tables: JournalTables;
  readonly #budgetBytes: number;
  /** What may be in use; on a full disk no more than was when it filled up. */
  #allowedBytes: number;
  #diskFull = false;
  full = false;

  constructor(tables: JournalTables, budgetBytes: number) {
    this.#tables = tables;
    this.#budgetBytes = budgetBytes;
    this.#allowedBytes = budgetBytes;
  }

  /** Told each time a write fails for want of room, and once when there is room again. */
  diskIsFull(full: boolean): void {
    this.#diskFull = full;
    this.#allowedBytes = full
      ? Math.min(this.#budgetBytes, this.#tables.usedBytes() - FREE_ON_FULL_DISK_BYTES)
      : this.#budgetBytes;
    if (full) this.full = true;
  }

  /** Gives up what is needed, as far as one commit may; inside its transaction. */
  makeRoom(acknowledgedOrd: number, nowMs: number): void {
    const tables = this.#tables;
    const steps = [
      () => tables.forget(acknowledgedOrd, nowMs - KEPT_MS, STEP_SEGMENTS),
      () => tables.giveUpBodies(0, acknowledgedOrd, STEP_SEGMENTS),
      // A disk that others filled may have room again soon; what only we hold is not given up for that.
      () => (this.#diskFull ? 0 : tables.giveUpBodies(acknowledgedOrd, NEVER_MS, STEP_SEGMENTS)),
      () => (this.#diskFull ? 0 : tables.forget(acknowledgedOrd, NEVER_MS, STEP_SEGMENTS)),
    ];
    let givenUp = 0;
    for (const giveUp of steps) {
      while (givenUp < GIVEN_UP_MAX && tables.usedBytes() > this.#allowedBytes) {
        const count = giveUp();
        if (count === 0) break;
        givenUp += count;
      }
    }
    this.full = givenUp < GIVEN_UP_MAX && tables.usedBytes() > this.#allowedBytes;
  }

  report(): SpaceReport {
    const epochs = this.#tables.recentEpochs(RATE_SEGMENTS);
    const spanMs = epochs.reduce((sum, epoch) => sum + epoch.spanMs, 0);
    const bytes = epochs.reduce((sum, epoch) => sum + epoch.bytes, 0);
    return {
      usedBytes: this.#tables.usedBytes(),
      budgetBytes: this.#budgetBytes,
      bytesPerDay: spanMs > 0 ? Math.round((bytes / spanMs) * DAY_MS) : null,
      full: this.full,
    };
  }
}
