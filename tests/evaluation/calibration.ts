import type { Peer } from "./peers.ts";

const DAYS_PER_YEAR = 365.25;
/** The share of the highest days from which the tail is drawn on. */
const TAIL_SHARE = 0.02;
const TAIL_DAYS_MIN = 10;

/**
 * The threshold that days like these exceed `perYear` times a year. Counted where there are days enough, and beyond by an
 * exponential tail through the highest (peaks over threshold). Blocks of a day: neighbouring readings are no separate trials.
 */
export function calibrate(peer: Peer, dailyMaxima: readonly number[], perYear: number): number {
  if (peer.threshold !== null) return peer.threshold;
  const sorted = Float64Array.from(dailyMaxima).sort().reverse();
  const years = sorted.length / DAYS_PER_YEAR;
  const rank = perYear * years;
  if (rank >= 1) return sorted[Math.floor(rank)] ?? Number.POSITIVE_INFINITY;
  const tail = Math.min(sorted.length - 1, Math.max(TAIL_DAYS_MIN, Math.ceil(TAIL_SHARE * sorted.length)));
  const base = sorted[tail];
  if (base === undefined) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let index = 0; index < tail; index++) sum += (sorted[index] ?? base) - base;
  return Math.max(sorted[0] ?? base, base + (sum / tail) * Math.log(tail / rank));
}

/** How many days exceed the threshold. */
export function alarmDays(dailyMaxima: readonly number[], threshold: number): number {
  return dailyMaxima.filter((value) => value > threshold).length;
}
