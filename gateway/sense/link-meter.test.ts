import fc from "fast-check";
import { expect, it } from "vitest";
import { LinkMeter } from "./link-meter.ts";

it("utilisation is the busy share of the last minute", () => {
  const shares = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(shares, (busy) => {
      const meter = new LinkMeter(0);
      busy.forEach((ms, second) => {
        meter.occupied(second * 1_000, second * 1_000 + ms);
      });
      const last = busy.slice(-60);
      const expected = last.reduce((sum, ms) => sum + ms, 0) / (last.length * 1_000);
      expect(meter.stats(busy.length * 1_000 - 1, true, 0).utilisation).toBeCloseTo(expected, 2);
    }),
  );
});

it("aTransactionLongerThanTheWindowFillsItAndNoMore", () => {
  const meter = new LinkMeter(0);
  meter.occupied(0, 200_000);
  expect(meter.stats(200_000, true, 0).utilisation).toBeCloseTo(1, 1);
  expect(meter.stats(261_000, true, 0).utilisation).toBe(0);
});

it("countsEachStationByItself", () => {
  const meter = new LinkMeter(0);
  meter.count("1", "answered", 10);
  meter.count("1", "answered", 30);
  meter.count("1", "silent", 1_000);
  meter.count("2", "bad-frame", 500);
  const { stations } = meter.stats(1_000, true, 0);
  expect(stations.get("1")).toEqual({
    asked: 3,
    answered: 2,
    badFrames: 0,
    unanswered: 1,
    roundTripMs: { last: 30, mean: 20, longest: 30 },
  });
  expect(stations.get("2")).toEqual({
    asked: 1,
    answered: 0,
    badFrames: 1,
    unanswered: 1,
    roundTripMs: null,
  });
});
