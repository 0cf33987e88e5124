import { describe, expect, it } from "vitest";
import { alarmDays, calibrate } from "./calibration.ts";
import { poissonUpper95, quantile, signTest, wilson } from "./scores.ts";

describe("scores", () => {
  it("wilsonAgreesWithThePublishedInterval", () => {
    // Newcombe, Stat. Med. 17 (1998): 81 of 263.
    const { low, high } = wilson(81, 263);
    expect(low).toBeCloseTo(0.2553, 3);
    expect(high).toBeCloseTo(0.3662, 3);
    expect(wilson(0, 10)).toMatchObject({ low: 0 });
  });

  it("poissonBoundOfNoneIsTheRuleOfThree", () => {
    expect(poissonUpper95(0)).toBeCloseTo(2.9957, 3);
    expect(poissonUpper95(5)).toBeCloseTo(10.513, 2);
  });

  it("aMissIsInfinitelyLateAndNeverDropped", () => {
    const delays = [3, Number.POSITIVE_INFINITY, 1, 2];
    expect(quantile(delays, 0.5)).toBe(2);
    expect(quantile(delays, 0.95)).toBe(Number.POSITIVE_INFINITY);
    expect(quantile([], 0.5)).toBe(Number.POSITIVE_INFINITY);
  });

  it("signTestCountsHeads", () => {
    expect(signTest(5, 0)).toBeCloseTo(1 / 32, 9);
    expect(signTest(0, 5)).toBeCloseTo(1, 9);
    expect(signTest(0, 0)).toBe(1);
  });

  it("calibrationLetsAsManyDaysThroughAsWereAskedFor", () => {
    const peer = { name: "any", threshold: null, create: () => () => 0 };
    const maxima = Array.from({ length: 36_525 }, (_, day) => -Math.log((day + 0.5) / 36_525));
    expect(alarmDays(maxima, calibrate(peer, maxima, 0.1))).toBeGreaterThanOrEqual(9);
    expect(alarmDays(maxima, calibrate(peer, maxima, 0.1))).toBeLessThanOrEqual(11);
    // Beyond what was seen the exponential tail is drawn on: one day in ten years of one year's days.
    const year = Array.from({ length: 365 }, (_, day) => -Math.log((day + 0.5) / 365));
    expect(calibrate(peer, year, 0.1)).toBeGreaterThan(Math.log(3652) - 1.5);
    expect(calibrate(peer, year, 0.1)).toBeLessThan(Math.log(3652) + 1.5);
  });
});
