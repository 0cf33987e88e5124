/** Wrong passwords in a row that are taken before the account is locked. */
const WRONG_MAX = 5;
const LOCK_FIRST_MS = 60_000;
/** An account never stays locked longer than this: whoever guesses must not keep its owner out. */
const LOCK_MAX_MS = 30 * 60_000;

/** How often a sign-in failed in a row, and until when none is taken. */
export interface LockOut {
  readonly failures: number;
  readonly lockedUntilMs: number | null;
}

export const NO_FAILURES: LockOut = { failures: 0, lockedUntilMs: null };

/** After one more failure: from the fifth on it is locked, twice as long each time. Pure. */
export function afterFailure({ failures }: LockOut, nowMs: number): LockOut {
  const count = failures + 1;
  if (count < WRONG_MAX) return { failures: count, lockedUntilMs: null };
  const lockMs = Math.min(LOCK_MAX_MS, LOCK_FIRST_MS * 2 ** Math.min(count - WRONG_MAX, 20));
  return { failures: count, lockedUntilMs: nowMs + lockMs };
}

/** Milliseconds until the next attempt is taken; 0: now. */
export function lockedForMs({ lockedUntilMs }: LockOut, nowMs: number): number {
  return lockedUntilMs === null ? 0 : Math.max(0, lockedUntilMs - nowMs);
}
