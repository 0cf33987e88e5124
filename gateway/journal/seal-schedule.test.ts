import fc from "fast-check";
import { expect, it } from "vitest";
import { afterEvent, afterReadings, afterSeal, newSealSchedule, sealDueMs } from "./seal-schedule.ts";

const settings = { everyMs: 300_000, holdMs: 15_000, earlyEveryMs: 60_000, followUpMs: 30_000 };

type Happening = "event" | "outside" | "inside";

/** Lives second by second and gives the moments of sealing. */
function live(happenings: ReadonlyMap<number, Happening>, untilMs: number): number[] {
  let schedule = newSealSchedule(settings);
  const seals: number[] = [];
  for (let atMs = 0; atMs <= untilMs; atMs += 1_000) {
    const what = happenings.get(atMs);
    if (what === "event") schedule = afterEvent(schedule, atMs, settings);
    else if (what) schedule = afterReadings(schedule, what === "outside", atMs, settings);
    if (sealDueMs(schedule) > atMs) continue;
    seals.push(atMs);
    schedule = afterSeal(schedule, atMs, settings);
  }
  return seals;
}

const everySecond = (fromMs: number, toMs: number, what: Happening): [number, Happening][] =>
  Array.from({ length: (toMs - fromMs) / 1_000 }, (_, index) => [fromMs + index * 1_000, what]);

it("aQuietSiteSealsOnItsGrid", () => {
  expect(live(new Map(everySecond(0, 900_000, "inside")), 900_000)).toEqual([300_000, 600_000, 900_000]);
});

it("anEventSealsAtOnceAndNeighboursShareASegment", () => {
  const schedule = afterEvent(afterEvent(newSealSchedule(settings), 10_000, settings), 10_150, settings);
  expect(sealDueMs(schedule)).toBe(10_200);
});

it("theFirstReadingOutsideWaitsForTheHoldThenAMinuteAndThenEverLonger", () => {
  const seals = live(new Map(everySecond(20_000, 900_000, "outside")), 899_000);
  expect(seals).toEqual([35_000, 95_000, 215_000, 455_000, 755_000]);
});

it("anEventIsFollowedUpOnceHoweverLongTheReadingsAreOutside", () => {
  const happenings = new Map(everySecond(20_000, 200_000, "outside")).set(100_000, "event");
  expect(live(happenings, 200_000)).toEqual([35_000, 95_000, 101_000, 130_000]);
});

it("anEventDuringTheHoldSealsAtOnceAndTheHoldGoesOn", () => {
  const happenings = new Map(everySecond(20_000, 60_000, "outside")).set(22_000, "event");
  expect(live(happenings, 60_000)).toEqual([23_000, 35_000, 52_000]);
});

it("aSecondExcursionSoonAfterDoesNotComeFaster", () => {
  const happenings = new Map([
    ...everySecond(20_000, 36_000, "outside"),
    ...everySecond(36_000, 40_000, "inside"),
    ...everySecond(40_000, 41_000, "outside"),
    ...everySecond(41_000, 120_000, "inside"),
  ]);
  expect(live(happenings, 120_000)).toEqual([35_000, 95_000]);
});

it("whatever happens, no segment is later than the cadence and none is early without a reason", () => {
  const happening = fc.tuple(
    fc.integer({ min: 0, max: 900 }).map((second) => second * 1_000),
    fc.constantFrom<Happening>("event", "outside", "inside"),
  );
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (list) => {
      const happenings = new Map(list);
      const seals = live(happenings, 1_000_000);
      const gaps = [...seals, 1_000_000].map((atMs, index) => atMs - (seals[index - 1] ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(settings.everyMs);
      const events = [...happenings.values()].filter((what) => what === "event").length;
      const outside = [...happenings.values()].filter((what) => what === "outside").length;
      expect(seals.length).toBeLessThanOrEqual(1_000_000 / settings.everyMs + 2 * events + outside);
    }),
  );
});
