import { DAY_MS } from "../local-time.ts";
import { lowerMedian } from "./order-statistic.ts";

const HOURS = 24;
/** Periods of a day, of half a day and of a third: what lamps, people and the sun do. */
const HARMONICS = [1, 2, 3] as const;
/** A rhythm that is not there passes for one this often. A missed one costs more: what it moves would look like a rise. */
const DAILY_P = 0.1;
const DAYS_MIN = 4;
/** Days of weekends and of weeks that must all lie apart: one in five hundred if there is nothing to it. */
const WEEKEND_DAYS_MIN = 4;
const WEEK_DAYS_MIN = 8;

/**
 * True when hours of the day differ by more than chance. Rayleigh's test (1880) on the phases of each day's harmonics: without a
 * rhythm they point anywhere, however slowly the floor wanders within a day. `levels` are by hour, then by day.
 */
export function hasDailyRhythm(levels: readonly (readonly (number | null)[])[]): boolean {
  const days = levels[0]?.length ?? 0;
  const whole = Array.from({ length: days }, (_, day) => levels.map((ofHour) => ofHour[day] ?? null)).filter(
    (ofDay): ofDay is number[] => ofDay.every((value) => value !== null),
  );
  // Too little is known to deny it.
  if (whole.length < DAYS_MIN) return true;
  return HARMONICS.some((k) => concentration(whole, k) > Math.log(HARMONICS.length / DAILY_P));
}

/** |Σz|² / Σ|z|² of the days' k-th harmonics: exponential with mean 1 when their phases are anything. */
function concentration(days: readonly (readonly number[])[], k: number): number {
  let [re, im, power] = [0, 0, 0];
  for (const day of days) {
    let [x, y] = [0, 0];
    for (const [hour, value] of day.entries()) {
      x += value * Math.cos((2 * Math.PI * k * hour) / HOURS);
      y -= value * Math.sin((2 * Math.PI * k * hour) / HOURS);
    }
    re += x;
    im += y;
    power += x * x + y * y;
  }
  return power > 0 ? (re * re + im * im) / power : 0;
}

/** How much more weekends take, W; 0 unless every day of them lies apart from every other day. */
export function weekendShift(days: readonly { readonly weekday: number; readonly level: number }[]): number {
  const [ends, weeks] = [true, false].map((isEnd) =>
    days.filter(({ weekday }) => isWeekendDay(weekday) === isEnd).map(({ level }) => level),
  );
  if (!ends || !weeks || ends.length < WEEKEND_DAYS_MIN || weeks.length < WEEK_DAYS_MIN) return 0;
  const isApart = Math.min(...ends) > Math.max(...weeks) || Math.max(...ends) < Math.min(...weeks);
  return isApart ? lowerMedian(ends) - lowerMedian(weeks) : 0;
}

/** The day of the week of a local time: 0 is Sunday. 1970 began on a Thursday. */
export function weekdayOf(localMs: number): number {
  return (((Math.floor(localMs / DAY_MS) + 4) % 7) + 7) % 7;
}

/** Saturday and Sunday. */
export function isWeekendDay(weekday: number): boolean {
  return weekday === 0 || weekday === 6;
}
