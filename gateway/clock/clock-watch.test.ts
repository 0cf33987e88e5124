import fc from "fast-check";
import { expect, it } from "vitest";
import { type ClockMark, checkClock } from "./clock-watch.ts";

const START = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const mark: ClockMark = { atMs: 0, offsetMs: START, uncertaintyMs: 1_000, disbelieved: false };
const reading = (wallMs: number, synchronised: boolean | null = true) => ({
  wallMs,
  source: "system" as const,
  synchronised,
});
const typesOf = ({ records }: ReturnType<typeof checkClock>) => records.map(({ type }) => type);

it("theFirstLookIsAlwaysARecord", () => {
  expect(checkClock(null, 5, reading(START)).records).toEqual([
    { type: "clock", atMs: 5, utcMs: START, uncertaintyMs: 1_000, source: "system" },
  ]);
});

it("says nothing while nothing drifts, and something at least once an hour", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7_200_000 }),
      fc.integer({ min: -500, max: 500 }),
      (atMs, driftMs) => {
        const checked = checkClock(mark, atMs, reading(START + atMs + driftMs));
        expect(typesOf(checked)).toEqual(atMs < HOUR_MS ? [] : ["clock"]);
      },
    ),
  );
});

it("a clock that was set is dated anew, and told when it jumped", () => {
  fc.assert(
    fc.property(fc.integer({ min: 501, max: 10_000_000 }), fc.boolean(), (jumpMs, back) => {
      const driftMs = back ? -jumpMs : jumpMs;
      const checked = checkClock(mark, 60_000, reading(START + 60_000 + driftMs));
      expect(typesOf(checked)).toEqual(jumpMs > 2_000 ? ["clock", "event"] : ["clock"]);
      expect(checked.mark?.offsetMs).toBe(START + driftMs);
    }),
  );
});

it("dates nothing before the time is known, for days, and everything from then on", () => {
  let known: ClockMark | null = null;
  for (let hour = 0; hour < 72; hour++) {
    const checked = checkClock(known, hour * HOUR_MS, reading(hour * HOUR_MS, false));
    expect(checked).toEqual({ mark: null, records: [] });
    known = checked.mark;
  }
  expect(typesOf(checkClock(known, 72 * HOUR_MS, reading(START)))).toEqual(["clock"]);
});

it("goes by the last record while the clock says what cannot be, and tells of that once", () => {
  const first = checkClock(mark, 60_000, reading(60_000));
  expect(first.records).toMatchObject([{ event: "clock-jumped", note: /^to 1970-01-01T00:01:00/ }]);
  const second = checkClock(first.mark, 120_000, reading(120_000));
  expect(second.records).toEqual([]);
  expect(typesOf(checkClock(second.mark, 180_000, reading(START + 180_000)))).toEqual(["clock"]);
});

it("says how far a clock can be believed, and says it again when that changes", () => {
  const at = (synchronised: boolean | null) =>
    checkClock(mark, 60_000, reading(START + 60_000, synchronised)).records;
  expect(at(true)).toEqual([]);
  expect(at(null)).toMatchObject([{ uncertaintyMs: 60_000 }]);
  expect(at(false)).toMatchObject([{ uncertaintyMs: 86_400_000 }]);
});
