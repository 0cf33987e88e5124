import { HOUR_MS } from "../local-time.ts";

/** The part of the wander's variance that relaxes over hours, and how fast. */
export interface Wander {
  readonly wanderShare: number;
  readonly wanderTauMs: number;
}

/** With few days a correlation is known badly: what is not known is held to be slow and all of it. */
const SHARE_MIN = 0.3;
const TAU_MIN_MS = 6 * HOUR_MS;
const TAU_MAX_MS = 24 * HOUR_MS;
const PAIRS_MIN = 120;
const NEAR_H = 1;
const FAR_H = 4;

/**
 * How the deviations of hours from their middle go together one and four hours apart. What falls off at once is noise within
 * the hour; the rest is an Ornstein-Uhlenbeck process fitted through both.
 */
export function wanderOf(levels: readonly (readonly (number | null)[])[], mid: readonly number[]): Wander {
  const days = levels[0]?.length ?? 0;
  // In order of time; the blank between two days that lie apart counts as one hour, which hardly matters.
  const course = Array.from({ length: 24 * days }, (_, index) => {
    const value = levels[index % 24]?.[Math.floor(index / 24)] ?? null;
    return value === null ? null : value - (mid[index % 24] ?? 0);
  });
  const near = quadrantCorrelation(course, NEAR_H);
  const far = quadrantCorrelation(course, FAR_H);
  if (near === null || far === null) return { wanderShare: 1, wanderTauMs: TAU_MAX_MS / 2 };
  const fall = Math.min(0.99, Math.max(0.01, far) / Math.max(0.02, near));
  const tauMs = (-(FAR_H - NEAR_H) * HOUR_MS) / Math.log(fall);
  const wanderTauMs = Math.min(TAU_MAX_MS, Math.max(TAU_MIN_MS, tauMs));
  const share = Math.max(near, far) * Math.exp((NEAR_H * HOUR_MS) / wanderTauMs);
  return { wanderShare: Math.min(1, Math.max(SHARE_MIN, share)), wanderTauMs };
}

/** Blomqvist (1950): robust against the days that were polluted; null when there are too few pairs. */
function quadrantCorrelation(course: readonly (number | null)[], lag: number): number | null {
  let pairs = 0;
  let same = 0;
  for (let index = lag; index < course.length; index++) {
    const [a, b] = [Math.sign(course[index - lag] ?? 0), Math.sign(course[index] ?? 0)];
    if (a === 0 || b === 0) continue;
    pairs += 1;
    if (a === b) same += 1;
  }
  return pairs < PAIRS_MIN ? null : Math.sin((Math.PI / 2) * ((2 * same) / pairs - 1));
}
