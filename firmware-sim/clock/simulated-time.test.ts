import type { Clock } from "@sealwatch/platform";
import { describe, expect, it } from "vitest";
import { pacedTime } from "./simulated-time.ts";

describe("paced time", () => {
  it("runsAtItsSpeedFromItsStartInWholeMilliseconds", () => {
    let elapsedMs = 5_000;
    const clock: Clock = { wallMs: () => 0, monotonicMs: () => elapsedMs, sleepUntil: async () => {} };
    const time = pacedTime(1_000_000, 60, clock);
    expect(time.nowMs()).toBe(1_000_000);
    elapsedMs += 1_000.01;
    expect(time.nowMs()).toBe(1_060_000);
  });
});
