import fc from "fast-check";
import { expect, test } from "vitest";
import { timeTicks } from "./time-ticks.ts";

const HOUR = 3_600_000;

test("ticksFallOnRoundTimesOfTheSite", () => {
  const from = Date.UTC(2031, 6, 20, 16, 0, 0);
  const ticks = timeTicks(from, from + 24 * HOUR, 480, 9);
  expect(ticks.map((tick) => tick.text)).toEqual([
    ...["07-21", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00", "07-22"],
  ]);
});

test("thereAreNeverMoreTicksThanAskedPlusTheEdge", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2e12 }),
      fc.integer({ min: 10_000, max: 400 * 24 * HOUR }),
      fc.integer({ min: -720, max: 840 }),
      fc.integer({ min: 3, max: 20 }),
      (from, span, offset, most) => {
        const ticks = timeTicks(from, from + span, offset, most);
        expect(ticks.length).toBeLessThanOrEqual(most + 1);
        for (const tick of ticks) {
          expect(tick.atMs).toBeGreaterThanOrEqual(from);
          expect(tick.atMs).toBeLessThanOrEqual(from + span);
        }
      },
    ),
  );
});
