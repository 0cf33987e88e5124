import { HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { countMagnitude, type LogHistogram, sampleScale, tailScale } from "./log-histogram.ts";
import { lowerMedian, lowerQuantile } from "./order-statistic.ts";

/** What one channel's sealed period taught so far. Every list is bounded; watts are whole. */
export interface Learning {
  /** For each local hour of the day, the medians of that hour on the last DAYS_KEPT days, W. */
  readonly hours: number[][];
  /** In parallel: the scales of what happened within that hour, W. */
  readonly scales: number[][];
  /** One a day: the scale of lane differences, W, and the lag-1 correlation. */
  readonly differences: number[];
  readonly rhos: number[];
  daysSeen: number;
  /** Time between two values of the lane whose differences are learned. */
  stepMs: number;
  hour: { index: number; values: number[] };
  day: {
    index: number;
    hours: number;
    differences: LogHistogram;
    sameSign: number;
    pairs: number;
  };
}

/** Medians kept for each hour: two weeks, so every weekday twice. */
export const DAYS_KEPT = 14;
/** A learning day counts when at least half of its hours could be learned. */
const HOURS_PER_DAY_MIN = 12;
/** Learning uses one value a minute at most: 60 an hour. */
const VALUES_PER_HOUR_MAX = 60;
/** A day needs an hour's worth of neighbouring pairs before its correlation means anything. */
const PAIRS_MIN = 60;

/** The time between two values that learning looks at: also the lag of the correlation. */
export function lagOf(intervalMs: number): number {
  return Math.max(MINUTE_MS, intervalMs);
}

/** A channel that has learned nothing. */
export function initialLearning(stepMs: number): Learning {
  return {
    hours: Array.from({ length: 24 }, () => []),
    scales: Array.from({ length: 24 }, () => []),
    differences: [],
    rhos: [],
    daysSeen: 0,
    stepMs,
    hour: { index: -1, values: [] },
    day: emptyDay(-1),
  };
}

/** Takes one value in watts, one a lag, at `localMs` (UTC plus the site's offset). */
export function learnValue(learning: Learning, localMs: number, watts: number, lagMs: number): void {
  const index = Math.floor(localMs / HOUR_MS);
  if (index !== learning.hour.index) {
    closeHour(learning, lagMs);
    learning.hour = { index, values: [] };
    const day = Math.floor(index / 24);
    if (day !== learning.day.index) closeDay(learning, day);
  }
  if (learning.hour.values.length < VALUES_PER_HOUR_MAX) learning.hour.values.push(Math.round(watts));
}

/** Takes the difference of two neighbouring lane values, `stepMs` apart. */
export function learnDifference(learning: Learning, watts: number, stepMs: number): void {
  if (learning.stepMs !== stepMs) {
    learning.stepMs = stepMs;
    learning.day.differences = [];
    learning.differences.fill(0);
  }
  countMagnitude(learning.day.differences, watts);
}

/**
 * Residuals are taken about the hour's own median, so that scale within the hour and wander between days split the
 * variance without counting anything twice. Signs are taken about the middle of the outer deciles, which lies
 * between the two levels of a cycling load where a median would sit on one of them.
 */
function closeHour({ hours, scales, hour, day }: Learning, lagMs: number): void {
  const { index, values } = hour;
  const ofDay = ((index % 24) + 24) % 24;
  if (values.length === 0 || values.length * 3 * lagMs < HOUR_MS) return;
  const median = lowerMedian(values);
  keep(hours[ofDay], median);
  keep(scales[ofDay], Math.round(sampleScale(values.map((value) => Math.abs(value - median)))));
  day.hours += 1;
  const middle = (lowerQuantile(values, 0.1) + lowerQuantile(values, 0.9)) / 2;
  let before = 0;
  for (const value of values) {
    const sign = Math.sign(value - middle);
    if (sign !== 0 && before !== 0) {
      day.pairs += 1;
      if (sign === before) day.sameSign += 1;
    }
    before = sign;
  }
}

function keep(list: number[] | undefined, value: number): void {
  list?.push(value);
  if (list && list.length > DAYS_KEPT) list.shift();
}

/** One scale and one correlation a day: the median over days then shrugs off the days that were polluted. */
function closeDay(learning: Learning, next: number): void {
  const { day, differences, rhos } = learning;
  if (day.hours >= HOURS_PER_DAY_MIN) {
    const p = day.pairs >= PAIRS_MIN ? day.sameSign / day.pairs : 0.5;
    keep(differences, Math.round(10 * tailScale(day.differences)) / 10);
    // Quadrant correlation (Blomqvist 1950), consistent for Gaussian noise: ρ = sin(π/2 · (2p − 1)).
    keep(rhos, Math.round(1_000 * Math.sin((Math.PI / 2) * (2 * p - 1))) / 1_000);
    learning.daysSeen += 1;
  }
  learning.day = emptyDay(next);
}

function emptyDay(index: number): Learning["day"] {
  return { index, hours: 0, differences: [], sameSign: 0, pairs: 0 };
}
