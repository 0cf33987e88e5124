import type { Clock } from "@sealwatch/platform";

/** The same clock, its monotonic time counted from now: the time that the records of a journal epoch carry. */
export function epochClock(clock: Clock): Clock {
  const originMs = clock.monotonicMs();
  return {
    wallMs: () => clock.wallMs(),
    monotonicMs: () => clock.monotonicMs() - originMs,
    sleepUntil: (dueMs, signal) => clock.sleepUntil(dueMs + originMs, signal),
  };
}
