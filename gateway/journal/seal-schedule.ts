/** When segments are sealed. */
export interface SealSettings {
  /** A quiet journal. */
  readonly everyMs: number;
  /** From the first reading outside its band. */
  readonly holdMs: number;
  /** Between two early segments. */
  readonly earlyEveryMs: number;
}

/** Events this close together share a segment. */
const EVENT_COALESCE_MS = 200;

/** What is due when; all times on the epoch's clock. */
export interface SealSchedule {
  readonly regularMs: number;
  readonly eventMs: number | null;
  readonly earlyMs: number | null;
  readonly lastEarlyMs: number | null;
  /** Some channel was outside its band at its last reading. */
  readonly outside: boolean;
}

/** The schedule of an epoch that begins at 0. */
export function newSealSchedule(settings: SealSettings): SealSchedule {
  return { regularMs: settings.everyMs, eventMs: null, earlyMs: null, lastEarlyMs: null, outside: false };
}

/** When to seal next. */
export function sealDueMs({ regularMs, eventMs, earlyMs }: SealSchedule): number {
  return Math.min(regularMs, eventMs ?? regularMs, earlyMs ?? regularMs);
}

/** An event was journaled. */
export function afterEvent(schedule: SealSchedule, atMs: number): SealSchedule {
  return { ...schedule, eventMs: schedule.eventMs ?? atMs + EVENT_COALESCE_MS };
}

/** Readings were judged: the first one outside opens a hold, later ones ask for a segment as often as the settings allow. */
export function afterReadings(
  schedule: SealSchedule,
  outside: boolean,
  atMs: number,
  settings: SealSettings,
): SealSchedule {
  if (!outside) return schedule.outside ? { ...schedule, outside } : schedule;
  const readyMs = schedule.outside ? atMs : atMs + settings.holdMs;
  const allowedMs = (schedule.lastEarlyMs ?? Number.NEGATIVE_INFINITY) + settings.earlyEveryMs;
  return { ...schedule, outside, earlyMs: schedule.earlyMs ?? Math.max(readyMs, allowedMs) };
}

/**
 * A segment was sealed; the regular cadence keeps its grid. A hold that is still running goes on: a segment that an event sealed
 * meanwhile does not hold the readings that are waited for.
 */
export function afterSeal(schedule: SealSchedule, atMs: number, settings: SealSettings): SealSchedule {
  const slots = Math.floor(atMs / settings.everyMs) + 1;
  const earlyDone = schedule.earlyMs !== null && schedule.earlyMs <= atMs;
  return {
    ...schedule,
    regularMs: slots * settings.everyMs,
    eventMs: null,
    earlyMs: earlyDone ? null : schedule.earlyMs,
    lastEarlyMs: earlyDone ? atMs : schedule.lastEarlyMs,
  };
}
