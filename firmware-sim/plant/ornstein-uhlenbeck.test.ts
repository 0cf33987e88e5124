import { seededRandom } from "@sealwatch/platform";
import { describe, expect, it } from "vitest";
import { ornsteinUhlenbeck } from "./ornstein-uhlenbeck.ts";

const TAU_MS = 600_000;
const DEVIATION = 15;

function sample(stepMs: number, count: number) {
  const process = ornsteinUhlenbeck(DEVIATION, TAU_MS, seededRandom(11, `step ${stepMs}`));
  const means: number[] = [];
  const values = Array.from({ length: count }, () => {
    means.push(process.advance(stepMs));
    return process.value;
  });
  return { values, means };
}

const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
function deviation(xs: readonly number[]): number {
  const centre = mean(xs);
  return Math.sqrt(mean(xs.map((x) => (x - centre) ** 2)));
}

function autocorrelation(xs: readonly number[], lag: number): number {
  const centre = mean(xs);
  const pairs = xs.slice(lag).map((x, index) => (x - centre) * ((xs[index] ?? 0) - centre));
  return mean(pairs) / deviation(xs) ** 2;
}

describe("ornsteinUhlenbeck", () => {
  it.each([1_000, 60_000, 600_000, 3_600_000])("deviationIsTheSameAtStepsOf %i ms", (stepMs) => {
    // Some 300 independent time constants at the shortest step: 10 % is more than 3 standard errors.
    const { values } = sample(stepMs, 400_000);
    expect(deviation(values)).toBeGreaterThan(DEVIATION * 0.9);
    expect(deviation(values)).toBeLessThan(DEVIATION * 1.1);
    expect(Math.abs(mean(values))).toBeLessThan(DEVIATION * 0.15);
  });

  it.each([
    [60_000, 10],
    [120_000, 5],
    [600_000, 1],
  ])("correlationFallsToOneOverEAfterTau: step %i ms, lag %i", (stepMs, lag) => {
    expect(autocorrelation(sample(stepMs, 200_000).values, lag)).toBeCloseTo(Math.exp(-1), 1);
  });

  it.each([1_000, 60_000, 600_000])("meanOverAnHourVariesTheSameAtStepsOf %i ms", (stepMs) => {
    const perHour = 3_600_000 / stepMs;
    const { means } = sample(stepMs, perHour * 1_000);
    const hourly = Array.from({ length: 1_000 }, (_, hour) =>
      mean(means.slice(hour * perHour, (hour + 1) * perHour)),
    );
    const u = 3_600_000 / TAU_MS;
    const exact = DEVIATION * Math.sqrt((2 / u ** 2) * (u - 1 + Math.exp(-u)));
    expect(deviation(hourly) / exact).toBeGreaterThan(0.92);
    expect(deviation(hourly) / exact).toBeLessThan(1.08);
  });
});
