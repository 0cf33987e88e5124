import { describe, expect, it } from "vitest";
import { sleepMs, systemClock } from "./clock.ts";

describe("system clock", () => {
  it("sleepEndsOnlyWhenItsTimeHasCome", async () => {
    const dueMs = systemClock.monotonicMs() + 20;
    await systemClock.sleepUntil(dueMs);
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(dueMs);
  });

  it("anAbortEndsEvenAVeryLongSleepAtOnce", async () => {
    const controller = new AbortController();
    const slept = sleepMs(systemClock, 1e12, controller.signal);
    controller.abort();
    await slept;
    await sleepMs(systemClock, 1e12, controller.signal);
  });
});
