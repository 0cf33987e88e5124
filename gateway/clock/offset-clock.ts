import { readFileSync } from "node:fs";
import type { Clock } from "@sealwatch/platform";

/** The same clock with a wall that is wrong by the milliseconds written in `file`; right while there is no such file. Mode test only. */
export function offsetClock(clock: Clock, file: string): Clock {
  return {
    wallMs: () => clock.wallMs() + offsetIn(file),
    monotonicMs: () => clock.monotonicMs(),
    sleepUntil: (dueMs, signal) => clock.sleepUntil(dueMs, signal),
  };
}

function offsetIn(file: string): number {
  try {
    return Math.trunc(Number(readFileSync(file, "utf8"))) || 0;
  } catch {
    return 0;
  }
}
