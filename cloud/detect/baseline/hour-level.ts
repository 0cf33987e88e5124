import { packWatts, unpackWatts } from "./packed-watts.ts";

/** One local hour in the making: its number since 1970, and its values, packed. JSON. */
export interface HourInMaking {
  index: number;
  values: string;
}

/** One value a minute at most: 60 an hour. */
const VALUES_MAX = 60;
const CHARS_PER_VALUE = 2;
/** Cut off at either end of the sorted values. */
const TRIMMED_SHARE = 0.1;

/** An hour of which nothing was seen. */
export function emptyHour(index: number): HourInMaking {
  return { index, values: "" };
}

/** Takes one value, W. */
export function addToHour(hour: HourInMaking, watts: number): void {
  if (hour.values.length < CHARS_PER_VALUE * VALUES_MAX) hour.values += packWatts(watts);
}

/** The values seen so far, W. */
export function valuesOf({ values }: HourInMaking): number[] {
  const watts: number[] = [];
  for (let at = 0; at < values.length; at += CHARS_PER_VALUE) watts.push(unpackWatts(values, at) ?? 0);
  return watts;
}

/**
 * What an hour comes to: the mean without its outer tenths. A median would sit on one of the two levels of a cycling load, by
 * chance now on one and now on the other; a plain mean would follow every kettle.
 */
export function levelOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const cut = Math.floor(TRIMMED_SHARE * sorted.length);
  const kept = sorted.slice(cut, sorted.length - cut);
  return kept.reduce((sum, value) => sum + value, 0) / Math.max(1, kept.length);
}
