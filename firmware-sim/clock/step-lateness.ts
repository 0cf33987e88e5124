import type { Random } from "@sealwatch/platform";

const LATE_MAX_MS = 50;

/** Whole milliseconds by which steps end late: exponential with this mean, as timers of a busy machine are; never for a mean of 0. */
export function stepLateness(meanMs: number, random: Random): () => number {
  if (meanMs === 0) return () => 0;
  return () => Math.min(LATE_MAX_MS, Math.floor(-Math.log(1 - random.uniform()) * meanMs));
}
