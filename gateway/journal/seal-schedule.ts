/** When segments are sealed. */
export interface SealSettings {
  /** A quiet journal. */
  readonly everyMs: number;
  /** From the first reading outside its band. */
  readonly holdMs: number;
  /** Between two early segments; doubles with each while the reading stays outside, up to `everyMs`. */
  readonly earlyEveryMs: number;
  /** From an event to one more segment: what happened next is what the county wants to know. */
  readonly followUpMs: number;
}

/** Events this close together share a segment. */
const EVENT_COALESCE_MS = 200;
/** Keeps the doubling finite; the cadence caps it long before. */
const STREAK_MAX = 16;

/** What is due when; all times on the epoch's clock. */
export interface SealSchedule {
  readonly regularMs: number;
  readonly eventMs: number | null;
  readonly earlyMs: number | null;
  readonly lastEarlyMs: number | null;
  /** Early segments since the readings left their band. */
  readonly earlyStreak: number;
  readonly followUpMs: number | null;
  /** Some channel was outside its band at its last reading. */
  readonly outside: boolean;
}

/** The schedule of an epoch that begins at 0. */
export function newSealSchedule(settings: SealSettings): SealSchedule {
  return {
    regularMs: settings.everyMs,
    eventMs: null,
    earlyMs: null,
    lastEarlyMs: null,
    earlyStreak: 0,
    followUpMs: null,
    outside: false,
  };
}

/** When to seal next. */
export function sealDueMs({ regularMs, eventMs, earlyMs, followUpMs }: SealSchedule): number {
  return Math.min(regularMs, eventMs ?? regularMs, earlyMs ?? regularMs, followUpMs ?? regularMs);
}

/** An event was journaled. */
export function afterEvent(schedule: SealSchedule, atMs: number, settings: SealSettings): SealSchedule {
  return {
    ...schedule,
    eventMs: schedule.eventMs ?? atMs + EVENT_COALESCE_MS,
    followUpMs: schedule.followUpMs ?? atMs + settings.followUpMs,
  };
}

/** Readings were judged: the first one outside opens a hold, later ones ask for a segment as often as the settings allow. */
export function afterReadings(
  schedule: SealSchedule,
  outside: boolean,
  atMs: number,
  settings: SealSettings,
): SealSchedule {
  if (!outside) return schedule.outside ? { ...schedule, outside, earlyStreak: 0 } : schedule;
  const readyMs = schedule.outside ? atMs : atMs + settings.holdMs;
  const waitMs = Math.min(
    settings.everyMs,
    settings.earlyEveryMs * 2 ** Math.max(0, schedule.earlyStreak - 1),
  );
  const allowedMs = (schedule.lastEarlyMs ?? Number.NEGATIVE_INFINITY) + waitMs;
  return { ...schedule, outside, earlyMs: schedule.earlyMs ?? Math.max(readyMs, allowedMs) };
}

/**
 * A segment was sealed; the regular cadence begins anew, since every segment costs its header. A hold that is still running goes on: a segment that an event sealed
 * meanwhile does not hold the readings that are waited for.
 */
export function afterSeal(schedule: SealSchedule, atMs: number, settings: SealSettings): SealSchedule {
  const earlyDone = schedule.earlyMs !== null && schedule.earlyMs <= atMs;
  return {
    ...schedule,
    regularMs: atMs + settings.everyMs,
    eventMs: null,
    earlyMs: earlyDone ? null : schedule.earlyMs,
    lastEarlyMs: earlyDone ? atMs : schedule.lastEarlyMs,
    earlyStreak:
      earlyDone && schedule.outside ? Math.min(schedule.earlyStreak + 1, STREAK_MAX) : schedule.earlyStreak,
    followUpMs: schedule.followUpMs !== null && schedule.followUpMs <= atMs ? null : schedule.followUpMs,
  };
}
