import type { Clock } from "@sealwatch/platform";

/** What time it is at the simulated site. */
export interface SimulatedTime {
  /** Simulated UTC, whole milliseconds since 1970; never goes back. */
  nowMs(): number;
}

/** Time that starts at `startMs` and runs `speed` simulated seconds a real second. */
export function pacedTime(startMs: number, speed: number, real: Clock): SimulatedTime {
  const originMs = real.monotonicMs();
  return { nowMs: () => Math.floor(startMs + (real.monotonicMs() - originMs) * speed) };
}
