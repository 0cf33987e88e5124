import fc from "fast-check";
import { expect, test } from "vitest";
import { contactLane } from "./contact-lane.ts";

const WINDOW = { fromMs: 0, toMs: 100 };

test("aLaneIsUnknownBeforeItsFirstReading", () => {
  const lane = contactLane({ normal: 1, steps: [{ atMs: 40, value: 1 }] }, [], WINDOW);
  expect(lane).toEqual([
    { fromMs: 0, toMs: 40, state: "unknown", position: null },
    { fromMs: 40, toMs: 100, state: "normal", position: 1 },
  ]);
});

test("aGapIsUnknownEvenWhenTheContactStandsTheSameOnBothSides", () => {
  const lane = contactLane(
    { normal: 0, steps: [{ atMs: -5, value: 0 }] },
    [{ fromMs: 20, toMs: 30 }],
    WINDOW,
  );
  expect(lane.map((one) => one.state)).toEqual(["normal", "unknown", "normal"]);
});

test("aStepInsideAGapTakesEffectAfterIt", () => {
  const steps = [
    { atMs: 0, value: 1 },
    { atMs: 25, value: 0 },
  ];
  const lane = contactLane({ normal: 1, steps }, [{ fromMs: 20, toMs: 30 }], WINDOW);
  expect(lane.map((one) => `${one.state} ${one.fromMs}`)).toEqual(["normal 0", "unknown 20", "abnormal 30"]);
});

test("aSealLoopThatIsCutAfterItWasOpenedIsTwoStretches", () => {
  const steps = [1, 0, 2, 3].map((value, index) => ({ atMs: index * 25, value }));
  const lane = contactLane({ normal: 1, steps }, [], WINDOW);
  expect(lane.map((one) => `${one.state} ${one.position}`)).toEqual([
    "normal 1",
    "abnormal 0",
    "abnormal 2",
    "abnormal 3",
  ]);
});

test("aLaneTilesItsWindow", () => {
  const times = fc.array(fc.integer({ min: -20, max: 120 }), { maxLength: 8 });
  fc.assert(
    fc.property(times, times, (stepTimes, gapTimes) => {
      const steps = stepTimes
        .sort((a, b) => a - b)
        .map((atMs, i) => ({ atMs, value: [1, 0, null][i % 3] ?? null }));
      const gaps = gapTimes.map((fromMs) => ({ fromMs, toMs: fromMs + 7 }));
      const lane = contactLane({ normal: 1, steps }, gaps, WINDOW);
      expect(lane[0]?.fromMs).toBe(0);
      expect(lane.at(-1)?.toMs).toBe(100);
      for (let i = 1; i < lane.length; i++) {
        expect(lane[i]?.fromMs).toBe(lane[i - 1]?.toMs);
        expect(lane[i]?.state).not.toBe(lane[i - 1]?.state);
      }
      for (const gap of gaps) {
        const middle = gap.fromMs + 3;
        const there = lane.find((one) => one.fromMs <= middle && one.toMs > middle);
        if (there !== undefined) expect(there.state).toBe("unknown");
      }
    }),
  );
});
