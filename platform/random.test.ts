import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "./random.ts";
import { retryDelayMs } from "./retry-schedule.ts";

const DRAWS = 20_000;

describe("seeded randomness", () => {
  it("oneSeedGivesOneStreamAndLabelsGiveOthers", () => {
    const draw = (seed: number, label?: string) => {
      const random = seededRandom(seed, label);
      return Array.from({ length: 5 }, () => random.uniform());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7, "voc")).not.toEqual(draw(7, "power"));
  });

  it("normalDrawsHaveMeanZeroAndDeviationOne", () => {
    const random = seededRandom(1);
    const values = Array.from({ length: DRAWS }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });
});

describe("retry schedule", () => {
  it("aDelayNeverExceedsItsCapNorItsStep", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(), (attempt, seed) => {
        const delay = retryDelayMs(attempt, { firstMs: 500, capMs: 60_000 }, seededRandom(seed));
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.min(60_000, 500 * 2 ** Math.min(attempt, 30)));
      }),
    );
  });
});
