import type { AcceptedBaseline } from "../baseline/accepted-baseline.ts";
import { lowerMedian } from "../baseline/order-statistic.ts";
import { DAY_MS } from "../local-time.ts";
import type { SwitchedLoad } from "../sequential/switch-belief.ts";

/** How far the power may leap from one value to the next, W, and what may be taken out of it before. */
export interface LeapLimit {
  /** Beyond twenty years of quiet, once the load that switches is taken out; null: it is not known. */
  readonly leapW: number | null;
  /** The load that switches by itself and is taken out; null: none is. */
  readonly switched: SwitchedLoad | null;
  /** What a quiet year leaps at most, once that load is taken out. */
  readonly yearlyW: number;
  /** A load that switches and could not be taken out, for others do as well: two may come together. */
  readonly besideW: number;
}

/** Days that teach how large a leap may be; a polluted one must not be the largest of too few. */
const LEAP_DAYS_MIN = 7;
const LEAP_YEARS = 20;
const HABIT_YEARS = 1;
/** The mean of a Gumbel law of scale 1. */
const EULER = 0.5772;
/**
 * The least scale of a tail, as a share of the mean daily maximum: by this over the logarithm of how many values a day has. That of
 * Gaussian noise is a fifth less.
 */
const TAIL_SHARE_MIN = 0.8;
/** What was seen comes again, and a little more of it. */
const SEEN_MARGIN = 1.15;

/** The limits of values `stepMs` apart; a rise below `practicalW` matters nowhere. */
export function leapLimit(
  { leaps, switched, stepMs: learnedStepMs }: AcceptedBaseline,
  stepMs: number,
  practicalW: number,
): LeapLimit {
  const whole = exceededOnce(LEAP_YEARS, leaps, learnedStepMs);
  // Where other loads switch as well every day, one switch explains nothing.
  const isAlone = switched !== null && lowerMedian(switched.rests) < switched.load.step / 2;
  const rest = isAlone ? exceededOnce(LEAP_YEARS, switched.rests, learnedStepMs) : null;
  const isKnown = stepMs <= learnedStepMs && whole !== null;
  const isTakenOut = isKnown && rest !== null && rest < whole;
  const yearlyW = exceededOnce(HABIT_YEARS, isTakenOut && switched ? switched.rests : leaps, learnedStepMs);
  return {
    leapW: isKnown ? Math.max(practicalW, isTakenOut ? rest : whole) : null,
    switched: isTakenOut ? (switched?.load ?? null) : null,
    yearlyW: yearlyW ?? 0,
    besideW: isTakenOut ? 0 : (switched?.load.step ?? 0),
  };
}

/**
 * What is exceeded once in so many years: a Gumbel law of the daily maxima of values `stepMs` apart, by its moments. A fortnight knows
 * its scale badly, so it is drawn half-way to that of normal noise and is never less; what was seen is never out of the ordinary.
 * null: too few days tell.
 */
function exceededOnce(years: number, maxima: readonly number[], stepMs: number): number | null {
  const n = maxima.length;
  if (n < LEAP_DAYS_MIN) return null;
  const mean = maxima.reduce((sum, each) => sum + each, 0) / n;
  const deviation = Math.sqrt(maxima.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (n - 1));
  const normal = (TAIL_SHARE_MIN / Math.log((2 * DAY_MS) / stepMs)) * mean;
  const seen = (deviation * Math.sqrt(6)) / Math.PI;
  const scale = Math.max(normal, Math.sqrt(normal * seen));
  return Math.max(
    SEEN_MARGIN * Math.max(...maxima),
    mean + scale * Math.log(years * 365.25) - EULER * Math.max(normal, seen),
  );
}
