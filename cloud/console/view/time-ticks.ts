import { clockText, hourMinuteText, monthDayText } from "./time-text.ts";

/** One mark on the time axis. */
export interface TimeTick {
  readonly atMs: number;
  readonly text: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const STEPS_MS = [
  ...[5000, 10_000, 30_000],
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 7, 14, 30, 90].map((days) => days * DAY_MS),
];

/** At most `most` marks from `fromMs` to `toMs`, on round times of the site's own clock. A midnight shows its date. */
export function timeTicks(fromMs: number, toMs: number, utcOffsetMin: number, most: number): TimeTick[] {
  const span = toMs - fromMs;
  const step = STEPS_MS.find((size) => span / size <= most) ?? Math.ceil(span / most / DAY_MS) * DAY_MS;
  const shift = utcOffsetMin * MINUTE_MS;
  const ticks: TimeTick[] = [];
  for (let local = Math.ceil((fromMs + shift) / step) * step; local <= toMs + shift; local += step) {
    ticks.push({ atMs: local - shift, text: tickText(local - shift, utcOffsetMin, step) });
  }
  return ticks;
}

function tickText(atMs: number, utcOffsetMin: number, stepMs: number): string {
  const isMidnight = (atMs + utcOffsetMin * MINUTE_MS) % DAY_MS === 0;
  if (isMidnight) return monthDayText(atMs, utcOffsetMin);
  return stepMs < MINUTE_MS ? clockText(atMs, utcOffsetMin) : hourMinuteText(atMs, utcOffsetMin);
}
