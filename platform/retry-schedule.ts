import type { Random } from "./random.ts";

/** Bounds of a retry schedule, in milliseconds. */
export interface RetryBounds {
  readonly firstMs: number;
  readonly capMs: number;
}

/**
 * Full-jitter back-off: uniform in [0, min(cap, first · 2^attempt)], so that a crowd that lost the same server spreads out.
 * `attempt` counts from 0. It never gives up; the caller decides when to stop asking.
 */
export function retryDelayMs(attempt: number, bounds: RetryBounds, random: Random): number {
  const ceiling = Math.min(bounds.capMs, bounds.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(random.uniform() * ceiling);
}
