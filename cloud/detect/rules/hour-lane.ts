import type { AcceptedBaseline } from "../baseline/accepted-baseline.ts";
import { addToHour, emptyHour, type HourInMaking, levelOf, valuesOf } from "../baseline/hour-level.ts";
import { isWeekendDay, weekdayOf } from "../baseline/rhythm.ts";
import { HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { initialStepBank, type StepBank, type StepBankPlan, stepBank } from "../sequential/step-bank.ts";

/** The hour in the making, and what a bank of steps makes of the hours before. JSON. */
export interface HourLane {
  hour: HourInMaking;
  bank: StepBank;
}

/** Sampling up to which an hour holds values enough for a level. */
const INTERVAL_MAX_MS = 15 * MINUTE_MS;
/** An hour counts when at least this share of it was seen. */
const SEEN_SHARE_MIN = 0.5;

/** Nothing seen. */
export function initialHourLane(): HourLane {
  return { hour: emptyHour(-1), bank: initialStepBank() };
}

/** What is half seen belongs to no hour; evidence so far is kept. */
export function breakHour(lane: HourLane): void {
  lane.hour = emptyHour(-1);
  lane.bank.lastMs = null;
}

/**
 * Takes one value, `lagMs` after the last; when it begins another local hour, judges the one that ended by the level that
 * learning took of it. A load that cycles within the hour has the same level every hour, whatever else it hides.
 */
export function stepHour(
  lane: HourLane,
  plan: StepBankPlan,
  { mid, weekendW }: AcceptedBaseline,
  { localMs, utcMs, watts, lagMs }: { localMs: number; utcMs: number; watts: number; lagMs: number },
): void {
  if (lagMs > INTERVAL_MAX_MS) return;
  const index = Math.floor(localMs / HOUR_MS);
  if (index !== lane.hour.index) {
    const ended = lane.hour;
    lane.hour = emptyHour(index);
    const values = valuesOf(ended);
    if (values.length * lagMs >= SEEN_SHARE_MIN * HOUR_MS) {
      const isWeekend = isWeekendDay(weekdayOf(ended.index * HOUR_MS));
      const expected = smoothed(mid, ended.index) + (isWeekend ? weekendW : 0);
      const fromMs = ended.index * HOUR_MS + utcMs - localMs;
      const excess = levelOf(values) - expected;
      stepBank(lane.bank, plan, { fromMs, toMs: fromMs + HOUR_MS, excess, mid: expected, sigma: 0 });
    }
  }
  addToHour(lane.hour, watts);
}

/** A fortnight knows each hour's middle badly; what stays of the neighbours' error is less than what is gained. */
function smoothed(mid: readonly number[], index: number): number {
  const at = (hour: number): number => mid[((hour % 24) + 24) % 24] ?? 0;
  return (at(index - 1) + 2 * at(index) + at(index + 1)) / 4;
}
