import {
  followSwitch,
  type SwitchBelief,
  type SwitchedLoad,
  unknownSwitch,
} from "../sequential/switch-belief.ts";
import { countMagnitude, type LogHistogram, meanMagnitude, tailScale } from "./log-histogram.ts";
import { lowerMedian } from "./order-statistic.ts";
import { packWatts, unpackWatts } from "./packed-watts.ts";

/** How far the power leapt today from one value to the next, and rose from one hour to a quarter of the next. JSON. */
export interface DayDifferences {
  magnitudes: LogHistogram;
  /** The largest leap, W. */
  leap: number;
  /** The load that switched on the days before; null: none is known. */
  load: SwitchedLoad | null;
  belief: SwitchBelief | null;
  /** The largest leap that this load does not explain, W. */
  rest: number;
  /** How far a quarter of an hour was above the hour before, at most, W. */
  peak: number;
}

/** What a day's differences came to, W; null: not known. */
export interface ClosedDifferences {
  readonly scale: number | null;
  readonly leap: number | null;
  readonly rest: number | null;
  /** The leap that came often that day, and the scale of all that leapt less than half as far. */
  readonly step: number | null;
  readonly calm: number | null;
  readonly peak: number | null;
}

const CHARS_PER_VALUE = 2;
/** A load switches when it does so this often a day, */
const LEAPS_MIN = 12;
/** and by this many deviations of what is between. */
const STEP_CALM_MIN = 5;
/** A meter that shows a flat line between still rounds, W. */
const CALM_MIN_W = 5;

/** A day of which nothing was seen. */
export function emptyDifferences(load: SwitchedLoad | null = null): DayDifferences {
  return { magnitudes: [], leap: 0, load, belief: null, rest: 0, peak: 0 };
}

/** Takes the difference of two neighbouring values, W. */
export function takeDifference(day: DayDifferences, watts: number): void {
  countMagnitude(day.magnitudes, watts);
  day.leap = Math.max(day.leap, Math.round(Math.abs(watts)));
  if (!day.load) return;
  const { belief, rest } = followSwitch(day.belief ?? unknownSwitch(day.load), day.load, watts);
  day.belief = belief;
  day.rest = Math.max(day.rest, Math.round(Math.abs(rest)));
}

/** Takes how far a quarter of an hour was above the hour before, W. */
export function takePeak(day: DayDifferences, watts: number): void {
  day.peak = Math.max(day.peak, Math.round(watts));
}

/** The day as it is kept: six values, packed; `counts` is false where too little of it was seen. */
export function closeDifferences(day: DayDifferences, counts: boolean): string {
  const { magnitudes, leap, rest, load, peak } = day;
  const half = leap / 2;
  const often = meanMagnitude(magnitudes, half);
  const calm = tailScale(magnitudes, half);
  const switches = often.count >= LEAPS_MIN && often.mean >= STEP_CALM_MIN * calm;
  return [
    counts ? tailScale(magnitudes) : null,
    leap,
    load ? rest : null,
    switches ? often.mean : null,
    switches ? calm : null,
    peak,
  ]
    .map(packWatts)
    .join("");
}

/** The values of a day that was kept. */
export function openDifferences(packed: string): ClosedDifferences {
  const at = (place: number): number | null => unpackWatts(packed, CHARS_PER_VALUE * place);
  return { scale: at(0), leap: at(1), rest: at(2), step: at(3), calm: at(4), peak: at(5) };
}

/** The load that switched on most of these days; null: none did. */
export function switchedLoad(days: readonly ClosedDifferences[]): SwitchedLoad | null {
  const steps = days.flatMap(({ step }) => step ?? []);
  if (2 * steps.length <= days.length) return null;
  const calm = lowerMedian(days.flatMap((day) => day.calm ?? []));
  return { step: lowerMedian(steps), calm: Math.max(CALM_MIN_W, calm) };
}
