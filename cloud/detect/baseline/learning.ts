import { DAY_MS, HOUR_MS, MINUTE_MS } from "../local-time.ts";
import type { SwitchedLoad } from "../sequential/switch-belief.ts";
import {
  closeDifferences,
  type DayDifferences,
  emptyDifferences,
  openDifferences,
  switchedLoad,
  takeDifference,
  takePeak,
} from "./day-differences.ts";
import { addToHour, emptyHour, type HourInMaking, levelOf, valuesOf } from "./hour-level.ts";
import { sampleScale } from "./log-histogram.ts";
import { lowerQuantile } from "./order-statistic.ts";
import { packScale, packWatts, unpackScale, unpackWatts } from "./packed-watts.ts";
import { weekdayOf } from "./rhythm.ts";

/** What one channel's sealed period taught so far. Every list is bounded; watts are whole. */
export interface Learning {
  /** The last DAYS_KEPT days, oldest first. */
  readonly days: LearnedDay[];
  daysSeen: number;
  /** Time between two values of the lane whose differences are learned. */
  stepMs: number;
  hour: HourInMaking;
  day: {
    index: number;
    hours: number;
    /** For each local hour its level and its scale, packed; blanks are hours not learned. */
    levels: string;
    scales: string;
    differences: DayDifferences;
    sameSign: number;
    pairs: number;
  };
}

/** One day: 24 levels and 24 scales (packed), what its differences were (packed), correlation. */
interface LearnedDay {
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly levels: string;
  readonly scales: string;
  /** What its differences were, packed. */
  readonly differences: string;
  readonly rho: number | null;
}

/** Days kept: two weeks, so every weekday twice; one week of each channel where a gateway has many. */
export const DAYS_KEPT = 14;
const DAYS_KEPT_OF_MANY = 7;
const MANY_CHANNELS = 4;
/** A learning day counts when at least half of its hours could be learned. */
const HOURS_PER_DAY_MIN = 12;
/** A day needs an hour's worth of neighbouring pairs before its correlation means anything. */
const PAIRS_MIN = 60;
const CHARS_PER_VALUE = 2;
const QUARTER_MS = 15 * MINUTE_MS;

/** The time between two values that learning looks at: also the lag of the correlation. */
export function lagOf(intervalMs: number): number {
  return Math.max(MINUTE_MS, intervalMs);
}

/** A channel that has learned nothing. */
export function initialLearning(stepMs: number): Learning {
  return { days: [], daysSeen: 0, stepMs, hour: emptyHour(-1), day: emptyDay(-1, null) };
}

/** How many days are kept of each of so many channels. */
export function daysKept(channels: number): number {
  return channels > MANY_CHANNELS ? DAYS_KEPT_OF_MANY : DAYS_KEPT;
}

/** Takes one value in watts, one a lag, at `localMs` (UTC plus the site's offset). */
export function learnValue(
  learning: Learning,
  localMs: number,
  watts: number,
  lagMs: number,
  kept = DAYS_KEPT,
): void {
  const index = Math.floor(localMs / HOUR_MS);
  if (index !== learning.hour.index) {
    closeHour(learning, lagMs);
    learning.hour = emptyHour(index);
    const day = Math.floor(index / 24);
    if (day !== learning.day.index) closeDay(learning, day, kept);
  }
  addToHour(learning.hour, watts);
}

/** Takes the difference of two neighbouring lane values, `stepMs` apart. */
export function learnDifference(learning: Learning, watts: number, stepMs: number): void {
  if (learning.stepMs !== stepMs) {
    learning.stepMs = stepMs;
    learning.day.differences = emptyDifferences();
    for (const [place, day] of learning.days.entries()) learning.days[place] = { ...day, differences: "" };
  }
  takeDifference(learning.day.differences, watts);
}

/** Two neighbouring values had a hole between them: what switched meanwhile is not known. */
export function breakDifferences({ day }: Learning): void {
  day.differences.belief = null;
}

/** Each local hour's levels, one a learned day; null where a day lacks the hour. */
export function hourLevels({ days, day }: Learning): (number | null)[][] {
  const rows = [...days.map(({ levels }) => levels), day.levels];
  return Array.from({ length: 24 }, (_, hour) => rows.map((row) => unpackWatts(row, CHARS_PER_VALUE * hour)));
}

/** Each local hour's scales, of the days that have it. */
export function hourScales({ days, day }: Learning): number[][] {
  const rows = [...days.map(({ scales }) => scales), day.scales];
  return Array.from({ length: 24 }, (_, hour) => rows.flatMap((row) => unpackScale(row, hour) ?? []));
}

/**
 * Residuals are taken about the hour's own level, so that scale within the hour and wander between days split the
 * variance without counting anything twice. Signs are taken about the middle of the outer deciles, which lies
 * between the two levels of a cycling load where a median would sit on one of them.
 */
function closeHour({ hour, day }: Learning, lagMs: number): void {
  const values = valuesOf(hour);
  const ofDay = ((hour.index % 24) + 24) % 24;
  if (values.length === 0 || values.length * 3 * lagMs < HOUR_MS) return;
  const level = levelOf(values);
  const scale = sampleScale(values.map((value) => Math.abs(value - level)));
  const hourBefore = ofDay > 0 ? unpackWatts(day.levels, CHARS_PER_VALUE * (ofDay - 1)) : null;
  if (hourBefore !== null) takePeak(day.differences, largestQuarter(values, lagMs) - hourBefore);
  day.levels = replaceAt(day.levels, CHARS_PER_VALUE * ofDay, packWatts(level));
  day.scales = replaceAt(day.scales, ofDay, packScale(scale));
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

/** The largest mean of a quarter of an hour's values. */
function largestQuarter(values: readonly number[], lagMs: number): number {
  const size = Math.max(1, Math.round(QUARTER_MS / lagMs));
  let largest = Number.NEGATIVE_INFINITY;
  for (let from = 0; from + size <= values.length; from += size) {
    const sum = values.slice(from, from + size).reduce((total, value) => total + value, 0);
    largest = Math.max(largest, sum / size);
  }
  return Math.max(largest, Math.min(...values));
}

/** One scale and one correlation a day: the median over days then shrugs off the days that were polluted. */
function closeDay(learning: Learning, next: number, kept: number): void {
  const { day, days } = learning;
  const counts = day.hours >= HOURS_PER_DAY_MIN;
  if (day.hours > 0) {
    const p = day.pairs >= PAIRS_MIN ? day.sameSign / day.pairs : 0.5;
    days.push({
      weekday: weekdayOf(day.index * DAY_MS),
      levels: day.levels,
      scales: day.scales,
      differences: closeDifferences(day.differences, counts),
      // Quadrant correlation (Blomqvist 1950), consistent for Gaussian noise: ρ = sin(π/2 · (2p − 1)).
      rho: counts ? Math.round(1_000 * Math.sin((Math.PI / 2) * (2 * p - 1))) / 1_000 : null,
    });
    while (days.length > kept) days.shift();
  }
  if (counts) learning.daysSeen += 1;
  const load = switchedLoad(days.map(({ differences }) => openDifferences(differences)));
  learning.day = emptyDay(next, load);
}

function replaceAt(text: string, at: number, part: string): string {
  return text.slice(0, at) + part + text.slice(at + part.length);
}

function emptyDay(index: number, load: SwitchedLoad | null): Learning["day"] {
  return {
    index,
    hours: 0,
    levels: " ".repeat(24 * CHARS_PER_VALUE),
    scales: " ".repeat(24),
    differences: emptyDifferences(load),
    sameSign: 0,
    pairs: 0,
  };
}
