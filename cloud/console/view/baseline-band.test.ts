import fc from "fast-check";
import { expect, test } from "vitest";
import { baselineBand } from "./baseline-band.ts";

const HOUR = 3_600_000;
const HOURS = Array.from({ length: 24 }, (_, hour) => ({ mid: hour, low: hour - 1, high: hour + 1 }));

test("theBandFollowsTheSitesHours", () => {
  const from = Date.UTC(2031, 6, 20, 16, 30);
  const steps = baselineBand(HOURS, from, from + HOUR, 480);
  expect(steps.map((step) => [step.mid, step.toMs - step.fromMs])).toEqual([
    [0, HOUR / 2],
    [1, HOUR / 2],
  ]);
});

test("stepsTileTheWindowWithoutHoleOrOverlap", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2e12 }),
      fc.integer({ min: 1, max: 400 * 24 * HOUR }),
      fc.integer({ min: -720, max: 840 }),
      (from, span, offset) => {
        const steps = baselineBand(HOURS, from, from + span, offset);
        expect(steps[0]?.fromMs).toBe(from);
        expect(steps.at(-1)?.toMs).toBe(from + span);
        for (let i = 1; i < steps.length; i++) expect(steps[i]?.fromMs).toBe(steps[i - 1]?.toMs);
      },
    ),
  );
});

test("nothingLearnedDrawsNothing", () => {
  expect(baselineBand([], 0, 100 * 24 * HOUR, 480)).toEqual([]);
  expect(baselineBand([], 0, HOUR, 480)).toEqual([]);
});
