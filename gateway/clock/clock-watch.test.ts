import fc from "fast-check";
import { expect, it } from "vitest";
import { type ClockMark, checkClock } from "./clock-watch.ts";

const START = 1_800_000_000_000;
const mark: ClockMark = { atMs: 0, offsetMs: START };

it("theFirstLookIsAlwaysARecord", () => {
  expect(checkClock(null, 5, START, "system").records).toEqual([
    { type: "clock", atMs: 5, utcMs: START, uncertaintyMs: 1_000, source: "system" },
  ]);
});

it("says nothing while nothing drifts, and something at least once an hour", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7_200_000 }),
      fc.integer({ min: -500, max: 500 }),
      (atMs, driftMs) => {
        const { records } = checkClock(mark, atMs, START + atMs + driftMs, "system");
        expect(records.map(({ type }) => type)).toEqual(atMs < 3_600_000 ? [] : ["clock"]);
      },
    ),
  );
});

it("a clock that was set is dated anew, and told when it jumped", () => {
  fc.assert(
    fc.property(fc.integer({ min: 501, max: 10_000_000 }), fc.boolean(), (jumpMs, back) => {
      const driftMs = back ? -jumpMs : jumpMs;
      const { records, mark: next } = checkClock(mark, 60_000, START + 60_000 + driftMs, "system");
      expect(records.map(({ type }) => type)).toEqual(jumpMs > 2_000 ? ["clock", "event"] : ["clock"]);
      expect(next.offsetMs).toBe(START + driftMs);
    }),
  );
});
