import { HOUR_MS } from "../local-time.ts";
import type { SwitchedLoad } from "../sequential/switch-belief.ts";
import { openDifferences, switchedLoad } from "./day-differences.ts";
import { hourLevels, hourScales, type Learning } from "./learning.ts";
import { lowerMedian, lowerQuantile } from "./order-statistic.ts";
import { hasDailyRhythm, isWeekendDay, weekdayOf, weekendShift } from "./rhythm.ts";
import { wanderOf } from "./wander.ts";

/** What is normal on one channel, frozen when a person accepted it. Never changed in place. */
export interface AcceptedBaseline extends Baseline {
  readonly acceptedMs: number;
  readonly by: string;
}

/** What is normal on one channel. Watts. */
export interface Baseline {
  /** Days it rests on. */
  readonly days: number;
  /** The middle of each local hour of the day: the median over days of that hour's level; of all hours where no rhythm shows. */
  readonly mid: readonly number[];
  /** What weekends take beyond that; 0 where they do not lie apart. */
  readonly weekendW: number;
  /** Scale within each local hour: the median over days, so a lamp's hour of dusk is wide and the others are not. */
  readonly within: readonly number[];
  /** Scale of the wander from day to day. */
  readonly sigmaDay: number;
  /** The part of that wander's variance that relaxes over hours, and how fast it does. */
  readonly wanderShare: number;
  readonly wanderTauMs: number;
  /** Scale of the difference of two values `stepMs` apart. */
  readonly sigmaDifference: number;
  readonly stepMs: number;
  /** The largest such difference of each day. */
  readonly leaps: readonly number[];
  /** How far a quarter of an hour was above the hour before, at most, on each day. */
  readonly peaks: readonly number[];
  /** A load that switches by itself, and of each day the largest difference that it does not explain; null: none does. */
  readonly switched: { readonly load: SwitchedLoad; readonly rests: readonly number[] } | null;
  /** Correlation of two values `lagMs` apart. */
  readonly rho: number;
  readonly lagMs: number;
}

const RHO_MAX = 0.995;
/** Scales of |x| that are σ for a Gaussian x; the median alone is blind to what happens on a third of the days. */
const DAY_QUANTILES = [
  [0.5, 0.6745],
  [0.8, 1.2816],
] as const;

/** The baseline as learned so far; null before any hour was learned. */
export function baselineOf(learning: Learning, lagMs: number): Baseline | null {
  const levels = hourLevels(learning);
  const known = levels.map((ofDays) => medianOf(ofDays.filter((value) => value !== null)));
  if (known.every((mid) => mid === null)) return null;
  const within = hourScales(learning).map(medianOf);
  const profile = known.map((_, hour) => nearestKnown(known, hour));
  const flat = lowerMedian(profile);
  const mid = hasDailyRhythm(levels) ? profile : profile.map(() => flat);
  const weekendW = weekendShift(dayShifts(learning, levels, mid));
  const ofWeek = levels.map((ofDays) =>
    ofDays.map(
      (value, day) => value && value - (isWeekendDay(learning.days[day]?.weekday ?? 1) ? weekendW : 0),
    ),
  );
  const wander = ofWeek.flatMap((ofDays, hour) =>
    ofDays.flatMap((value) => (value === null ? [] : Math.abs(value - (mid[hour] ?? 0)))),
  );
  const differences = learning.days.map((day) => openDifferences(day.differences));
  const load = switchedLoad(differences);
  return {
    days: learning.daysSeen,
    mid,
    weekendW,
    within: mid.map((_, hour) => Math.round(10 * nearestKnown(within, hour)) / 10),
    sigmaDay: Math.max(...DAY_QUANTILES.map(([p, normal]) => lowerQuantile(wander, p) / normal)),
    ...wanderOf(ofWeek, mid),
    sigmaDifference: lowerMedian(differences.flatMap(({ scale }) => scale ?? [])),
    stepMs: learning.stepMs,
    leaps: differences.flatMap(({ leap }) => leap ?? []),
    peaks: differences.flatMap(({ peak }) => peak ?? []),
    switched: load && { load, rests: differences.flatMap(({ rest }) => rest ?? []) },
    rho: Math.min(RHO_MAX, Math.max(0, lowerMedian(learning.days.flatMap(({ rho }) => rho ?? [])))),
    lagMs,
  };
}

/**
 * What to expect at `localMs`: the middle and the scale of the hour, or the nearer neighbour's where they are higher.
 * What is switched by a clock or by dusk does not keep to the full hour.
 */
export function expectedAt(
  { mid, within, weekendW }: Baseline,
  localMs: number,
): { midW: number; sigmaW: number } {
  const hours = localMs / HOUR_MS;
  const hour = Math.floor(hours);
  const [here, near] = [modulo24(hour), modulo24(hours - hour < 0.5 ? hour - 1 : hour + 1)];
  return {
    midW: Math.max(mid[here] ?? 0, mid[near] ?? 0) + (isWeekendDay(weekdayOf(localMs)) ? weekendW : 0),
    sigmaW: Math.max(within[here] ?? 0, within[near] ?? 0),
  };
}

/** Half-width of the normal band, W: three deviations of all that varies. */
export function bandW({ sigmaDay }: Baseline, sigmaW: number): number {
  return 3 * Math.hypot(sigmaW, sigmaDay);
}

/** How far each learned day lies above the middle of its hours. */
function dayShifts(
  { days }: Learning,
  levels: readonly (readonly (number | null)[])[],
  mid: readonly number[],
): { weekday: number; level: number }[] {
  return days.map(({ weekday }, day) => {
    const shifts = levels.flatMap((ofHour, hour) => {
      const level = ofHour[day] ?? null;
      return level === null ? [] : level - (mid[hour] ?? 0);
    });
    return { weekday, level: lowerMedian(shifts) };
  });
}

function medianOf(values: readonly number[]): number | null {
  return values.length > 0 ? lowerMedian(values) : null;
}

function nearestKnown(known: readonly (number | null)[], hour: number): number {
  for (let distance = 0; distance <= 12; distance++) {
    const value = known[modulo24(hour - distance)] ?? known[modulo24(hour + distance)];
    if (value !== null && value !== undefined) return value;
  }
  return 0;
}

function modulo24(hour: number): number {
  return ((hour % 24) + 24) % 24;
}
