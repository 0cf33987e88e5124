/** When to poll next, and how many polls of the cadence were skipped because the last one ended too late. */
export interface NextPoll {
  readonly dueMs: number;
  readonly missed: number;
}

/**
 * The next moment of the fixed cadence `phaseMs + k · intervalMs` after `nowMs`. The latest wins: what came due meanwhile is
 * missed, never made up for.
 */
export function nextPoll(lastDueMs: number, nowMs: number, intervalMs: number, phaseMs: number): NextPoll {
  const slot = Math.floor((Math.max(nowMs, lastDueMs) - phaseMs) / intervalMs) + 1;
  const dueMs = phaseMs + slot * intervalMs;
  return { dueMs, missed: Math.max(0, Math.round((dueMs - lastDueMs) / intervalMs) - 1) };
}

/** Spreads the polls of devices that share a cadence over it. */
export function staggerMs(index: number, devices: number, intervalMs: number): number {
  return Math.floor((index * intervalMs) / Math.max(1, devices));
}
