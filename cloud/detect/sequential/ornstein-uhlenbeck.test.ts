import { seededRandom } from "@sealwatch/platform";
import { expect, it } from "vitest";
import { averagedNoise, correlation, noiseOf } from "./ornstein-uhlenbeck.ts";

it("keeps the correlation it was made from", () => {
  const noise = noiseOf(60, 0.9, 60_000);
  expect(correlation(noise, 60_000)).toBeCloseTo(0.9);
  expect(correlation(noise, 10_000)).toBeCloseTo(0.9 ** (1 / 6));
});

it("predicts scale and correlation of quarter-hour means", () => {
  const random = seededRandom(3, "ou");
  const phi = 0.9;
  const means: number[] = [];
  let x = 0;
  for (let bin = 0; bin < 40_000; bin++) {
    let sum = 0;
    for (let minute = 0; minute < 15; minute++) {
      x = phi * x + Math.sqrt(1 - phi * phi) * random.normal();
      sum += x;
    }
    means.push(sum / 15);
  }
  const variance = means.reduce((sum, mean) => sum + mean * mean, 0) / means.length;
  const lagged =
    means.slice(1).reduce((sum, mean, index) => sum + mean * (means[index] ?? 0), 0) / means.length;
  const predicted = averagedNoise(noiseOf(1, phi, 60_000), 900_000, 60_000);
  expect(predicted.sigma).toBeCloseTo(Math.sqrt(variance), 1);
  expect(correlation(predicted, 900_000)).toBeCloseTo(lagged / variance, 1);
});

it("lets independent values average down, no faster", () => {
  expect(averagedNoise(noiseOf(100, 0, 60_000), 900_000, 60_000).sigma).toBeGreaterThanOrEqual(
    100 / Math.sqrt(15),
  );
});
