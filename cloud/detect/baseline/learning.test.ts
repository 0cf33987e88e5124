import { seededRandom } from "@sealwatch/platform";
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../local-time.ts";
import { baselineOf, expectedAt } from "./accepted-baseline.ts";
import { DAYS_KEPT, initialLearning, learnDifference, learnValue } from "./learning.ts";
import { countMagnitude, magnitudeQuantile, tailScale } from "./log-histogram.ts";
import { lowerMedian } from "./order-statistic.ts";

function learned(options: { days: number; phi: number; sigma: number; nightlyW?: (day: number) => number }) {
  const random = seededRandom(11, "learning");
  const learning = initialLearning(MINUTE_MS);
  let x = 0;
  for (let minute = 0; minute <= options.days * 1_440; minute++) {
    const before = x;
    x = options.phi * x + Math.sqrt(1 - options.phi ** 2) * random.normal();
    const hour = Math.floor(minute / 60) % 24;
    const night = hour < 4 ? (options.nightlyW?.(Math.floor(minute / 1_440)) ?? 0) : 0;
    learnValue(learning, minute * MINUTE_MS, 500 + 10 * hour + options.sigma * x + night, MINUTE_MS);
    learnDifference(learning, options.sigma * (x - before), MINUTE_MS);
  }
  const baseline = baselineOf(learning, MINUTE_MS);
  if (!baseline) throw new Error("nothing learned");
  return { learning, baseline };
}

describe("learning", () => {
  it("finds location, scale and correlation of a quiet floor", () => {
    const { baseline } = learned({ days: 14, phi: 0.8, sigma: 50 });
    expect(baseline.days).toBe(14);
    expect(Math.abs((baseline.mid[7] ?? 0) - 570)).toBeLessThan(10);
    expect(lowerMedian(baseline.within)).toBeGreaterThan(42);
    expect(lowerMedian(baseline.within)).toBeLessThan(62);
    expect(baseline.rho).toBeGreaterThan(0.7);
    expect(baseline.rho).toBeLessThan(0.9);
    expect(baseline.sigmaDifference).toBeGreaterThan(0.9 * 50 * Math.sqrt(2 * 0.2));
  });

  it("is not moved by a plant that secretly ran on half of the nights", () => {
    const clean = learned({ days: 14, phi: 0.8, sigma: 50 }).baseline;
    const polluted = learned({
      days: 14,
      phi: 0.8,
      sigma: 50,
      nightlyW: (day) => (day % 2) * 20_000,
    }).baseline;
    for (const hour of [0, 1, 2, 3]) {
      expect(Math.abs((polluted.mid[hour] ?? 0) - (clean.mid[hour] ?? 0))).toBeLessThan(60);
    }
    expect(Math.max(...polluted.within)).toBeLessThan(1.5 * Math.max(...clean.within));
    expect(polluted.sigmaDay).toBeLessThan(3 * clean.sigmaDay);
    expect(polluted.sigmaDifference).toBeLessThan(1.5 * clean.sigmaDifference);
  });

  it("keeps no more than its bound of days", () => {
    const { learning } = learned({ days: 40, phi: 0.5, sigma: 20 });
    expect(learning.daysSeen).toBe(40);
    expect(learning.days.length).toBe(DAYS_KEPT);
  });

  it("learns from one value an hour", () => {
    const learning = initialLearning(HOUR_MS);
    for (let hour = 0; hour <= 10 * 24; hour++)
      learnValue(learning, hour * HOUR_MS, 100 + (hour % 24), HOUR_MS);
    expect(learning.daysSeen).toBe(10);
    expect(baselineOf(learning, HOUR_MS)?.mid[5]).toBeCloseTo(105, -1);
  });

  it("does not count a day of which little was recorded", () => {
    const learning = initialLearning(MINUTE_MS);
    for (let day = 0; day < 5; day++) {
      for (let minute = 0; minute < 300; minute++) {
        learnValue(learning, day * DAY_MS + minute * MINUTE_MS, 100, MINUTE_MS);
      }
    }
    expect(learning.daysSeen).toBe(0);
  });
});

it("expects the nearer neighbour's power where that is higher", () => {
  const { baseline } = learned({ days: 2, phi: 0.5, sigma: 1 });
  const steps = { ...baseline, mid: baseline.mid.map((_, hour) => (hour === 6 ? 900 : 100)) };
  expect(expectedAt(steps, 5.2 * HOUR_MS).midW).toBe(100);
  expect(expectedAt(steps, 5.7 * HOUR_MS).midW).toBe(900);
  expect(expectedAt(steps, 7.3 * HOUR_MS).midW).toBe(900);
  expect(expectedAt(steps, 7.6 * HOUR_MS).midW).toBe(100);
});

it("is wide in the hour in which a lamp is switched, and there only", () => {
  const learning = initialLearning(MINUTE_MS);
  const random = seededRandom(12, "dusk");
  for (let minute = 0; minute <= 10 * 1_440; minute++) {
    const lampW = minute % 1_440 >= 18 * 60 + 20 ? 500 : 0;
    learnValue(learning, minute * MINUTE_MS, 300 + lampW + 10 * random.normal(), MINUTE_MS);
  }
  const baseline = baselineOf(learning, MINUTE_MS);
  expect(baseline?.within[18]).toBeGreaterThan(150);
  expect(baseline?.within[12]).toBeLessThan(20);
});

it("scales Gaussian magnitudes by their deviation, and a load that is on a tenth of the time by more", () => {
  const random = seededRandom(5, "histogram");
  const gaussian: number[] = [];
  const cycling: number[] = [];
  for (let count = 0; count < 5_000; count++) {
    countMagnitude(gaussian, 100 * random.normal());
    countMagnitude(cycling, (random.uniform() < 0.1 ? 1_500 : 0) + 20 * random.normal());
  }
  expect(tailScale(gaussian)).toBeGreaterThan(93);
  expect(tailScale(gaussian)).toBeLessThan(115);
  expect(tailScale(cycling)).toBeGreaterThan(500);
  expect(magnitudeQuantile([], 0.5)).toBe(0);
});

it("takes the lower median, which half of polluted values cannot move", () => {
  expect(lowerMedian([1, 2, 900, 1_000])).toBe(2);
  expect(lowerMedian([])).toBe(0);
});
