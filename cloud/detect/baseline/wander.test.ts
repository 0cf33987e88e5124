import { seededRandom } from "@sealwatch/platform";
import { expect, it } from "vitest";
import { HOUR_MS } from "../local-time.ts";
import { wanderOf } from "./wander.ts";

/** Fourteen days of hour medians: an hourly Ornstein-Uhlenbeck process and what each hour has of its own. */
function medians(tauH: number, ownShare: number, seed: number): number[][] {
  const random = seededRandom(seed, "wander");
  const keep = Math.exp(-1 / tauH);
  const hours: number[][] = Array.from({ length: 24 }, () => []);
  let slow = random.normal();
  for (let hour = 0; hour < 14 * 24; hour++) {
    slow = keep * slow + Math.sqrt(1 - keep * keep) * random.normal();
    hours[hour % 24]?.push(100 * (Math.sqrt(1 - ownShare) * slow + Math.sqrt(ownShare) * random.normal()));
  }
  return hours;
}

it("tells a wander of half a day from hours that have nothing to do with each other", () => {
  const flat = Array.from({ length: 24 }, () => 0);
  const mean = (ownShare: number): number => {
    const shares = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => wanderOf(medians(12, ownShare, seed), flat));
    return shares.reduce((sum, { wanderShare }) => sum + wanderShare, 0) / shares.length;
  };
  expect(mean(0)).toBeGreaterThan(0.9);
  expect(mean(0.5)).toBeGreaterThan(0.4);
  expect(mean(0.5)).toBeLessThan(0.75);
});

it("holds everything to be slow when little is known", () => {
  expect(wanderOf([[1, 2]], [0])).toEqual({ wanderShare: 1, wanderTauMs: 12 * HOUR_MS });
});
