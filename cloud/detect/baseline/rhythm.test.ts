import { seededRandom } from "@sealwatch/platform";
import { expect, it } from "vitest";
import { DAY_MS } from "../local-time.ts";
import { hasDailyRhythm, weekdayOf, weekendShift } from "./rhythm.ts";

/** Fourteen days of hours that wander within half a day, with a lamp from 19:00 to 06:00. */
function levels(lampW: number, seed: number): number[][] {
  const random = seededRandom(seed, "rhythm");
  const hours: number[][] = Array.from({ length: 24 }, () => []);
  const keep = Math.exp(-1 / 12);
  let slow = random.normal();
  for (let index = 0; index < 14 * 24; index++) {
    slow = keep * slow + Math.sqrt(1 - keep * keep) * random.normal();
    const hour = index % 24;
    hours[hour]?.push(500 + 100 * slow + 50 * random.normal() + (hour >= 19 || hour < 6 ? lampW : 0));
  }
  return hours;
}

it("finds a lamp that is as bright as the floor wanders, and seldom one that is not there", () => {
  const seeds = Array.from({ length: 100 }, (_, seed) => seed);
  expect(seeds.filter((seed) => hasDailyRhythm(levels(100, seed))).length).toBeGreaterThanOrEqual(95);
  const found = seeds.filter((seed) => hasDailyRhythm(levels(0, seed))).length;
  expect(found).toBeLessThanOrEqual(20);
});

it("does not deny a rhythm that too few days tell of", () => {
  expect(hasDailyRhythm(levels(0, 1).map((ofHour) => ofHour.slice(0, 3)))).toBe(true);
  expect(hasDailyRhythm(levels(0, 1).map((ofHour) => ofHour.map(() => null)))).toBe(true);
});

it("tells weekends apart only when all of them are", () => {
  const days = (end: readonly number[], week: number) =>
    Array.from({ length: 14 }, (_, day) => ({
      weekday: day % 7,
      level: [0, 6].includes(day % 7) ? (end[day % 2] ?? 0) : week + day,
    }));
  expect(weekendShift(days([200, 210], 0))).toBeGreaterThan(150);
  expect(weekendShift(days([200, 5], 0))).toBe(0);
  expect(weekendShift(days([200, 210], 0).slice(0, 7))).toBe(0);
});

it("knows that 1970 began on a Thursday", () => {
  expect(weekdayOf(0)).toBe(4);
  expect(weekdayOf(3 * DAY_MS)).toBe(0);
  expect(weekdayOf(-1)).toBe(3);
});
