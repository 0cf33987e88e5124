import { sleepMs, systemClock } from "@sealwatch/platform";
import { it } from "vitest";

const TRIES_MAX = 8;
const LOOK_EVERY_MS = 5;
const TIMEOUT_MS = 180_000;

/** What may happen on no machine. */
class NeverError extends Error {}

/** Asserts what must be so however slow the machine is: where it is not, nothing is run again. */
export function always(fact: boolean, otherwise: string): void {
  if (!fact) throw new NeverError(otherwise);
}

/**
 * A test whose peers live in this process and whose times are real. Where it fails and this process was seen to stand still for more
 * than `stillMaxMs` meanwhile, it has measured the machine and is run again; a failure on a machine that kept up stands.
 */
export function steadyTest(stillMaxMs: number): (name: string, body: () => Promise<unknown>) => void {
  return (name, body) => it(name, () => untilSteady(stillMaxMs, body), TIMEOUT_MS);
}

async function untilSteady(stillMaxMs: number, body: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    const gauge = gaugeStandstill();
    try {
      await body();
      return;
    } catch (error) {
      const stillMs = gauge.longestMs();
      if (error instanceof NeverError || stillMs <= stillMaxMs || tries === TRIES_MAX) throw error;
    } finally {
      gauge.stop();
    }
  }
}

function gaugeStandstill(): { longestMs: () => number; stop: () => void } {
  let longestMs = 0;
  let lastMs = systemClock.monotonicMs();
  const look = () => {
    const nowMs = systemClock.monotonicMs();
    longestMs = Math.max(longestMs, nowMs - lastMs - LOOK_EVERY_MS);
    lastMs = nowMs;
    return longestMs;
  };
  const stop = new AbortController();
  void (async () => {
    for (; !stop.signal.aborted; look()) await sleepMs(systemClock, LOOK_EVERY_MS, stop.signal);
  })();
  return { longestMs: look, stop: () => stop.abort() };
}
