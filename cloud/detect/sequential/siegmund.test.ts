import { seededRandom } from "@sealwatch/platform";
import { describe, expect, it } from "vitest";
import { cusumThreshold } from "./siegmund.ts";

describe("cusumThreshold", () => {
  it("agrees with the tabulated ARL of 336 at k = 0.5, h = 4", () => {
    expect(cusumThreshold(0.5, 336)).toBeCloseTo(4, 1);
  });

  it("gives the asked mean time between false alarms in simulation", () => {
    const random = seededRandom(7, "siegmund");
    const h = cusumThreshold(0.75, 2_000);
    let s = 0;
    let alarms = 0;
    const steps = 1_000_000;
    for (let step = 0; step < steps; step++) {
      s = Math.max(0, s + random.normal() - 0.75);
      if (s < h) continue;
      alarms += 1;
      s = 0;
    }
    expect(steps / alarms).toBeGreaterThan(1_800);
    expect(steps / alarms).toBeLessThan(2_250);
  });

  it("is finite for any count", () => {
    for (const steps of [0, -5, 1, 1e12]) expect(Number.isFinite(cusumThreshold(0.75, steps))).toBe(true);
  });
});
