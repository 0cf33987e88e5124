import { expect, test } from "vitest";
import { seriesLine } from "./series-line.ts";

const MINUTE = 60_000;
const WINDOW = { fromMs: 0, toMs: 60 * MINUTE };

function bounds(bucketMs: number, gaps: { fromMs: number; toMs: number }[] = [], reachesMs = 0) {
  return { gaps, window: WINDOW, bucketMs, reachesMs };
}

function series(points: readonly (readonly [number, number | null])[]) {
  const mean = points.map(([, value]) => value);
  return {
    ...{ gateway: "gw-1", channel: 1, kind: "active-power", unit: "W", label: "" },
    ...{ timesMs: points.map(([minute]) => minute * MINUTE), min: mean, mean, max: mean },
  };
}

test("bucketsNarrowerThanTheSamplingAreNotHoles", () => {
  const points = Array.from({ length: 600 }, (_, i) => [i / 10, i % 10 === 0 ? i : null] as const);
  const line = seriesLine(series(points), bounds(6000), 0.001);
  expect(line.timesMs).toHaveLength(60);
  expect(line.holes).toEqual([]);
  expect(line.mean[1]).toBe(0.01);
});

test("aRecordedGapIsAHoleEvenWhenItIsShort", () => {
  const points = [0, 1, 2, 3, 4, 5].map((minute) => [minute, 1] as const);
  const gap = { fromMs: 2.4 * MINUTE, toMs: 2.9 * MINUTE };
  const line = seriesLine(series(points), bounds(6000, [gap]), 1);
  expect(line.holes).toEqual([{ fromMs: 2 * MINUTE + 6000, toMs: 3 * MINUTE }]);
});

test("silenceMuchLongerThanAroundItIsAHole", () => {
  const points = [0, 1, 2, 9, 10, 11].map((minute) => [minute, 1] as const);
  const line = seriesLine(series(points), bounds(MINUTE), 1);
  expect(line.holes).toEqual([{ fromMs: 3 * MINUTE, toMs: 9 * MINUTE }]);
});

test("aChangeOfSamplingRateIsNotAHole", () => {
  const slow = [0, 1, 2, 3].map((minute) => [minute, 1] as const);
  const fast = Array.from({ length: 60 }, (_, i) => [4 + i / 60, 1] as const);
  expect(seriesLine(series([...slow, ...fast]), bounds(1000), 1).holes).toEqual([]);
});

test("aSeriesWithoutAnyValueIsOneHole", () => {
  expect(seriesLine(series([[1, null]]), bounds(MINUTE), 1).holes).toEqual([WINDOW]);
});

test("timeBeforeTheFirstRecordIsAHole", () => {
  const points = [30, 31, 32].map((minute) => [minute, 1] as const);
  expect(seriesLine(series(points), bounds(MINUTE), 1).holes).toEqual([{ fromMs: 0, toMs: 30 * MINUTE }]);
});

test("aChannelThatStopsAnsweringIsAHoleWhileTheGatewaysRecordGoesOn", () => {
  const points = [0, 1, 2].map((minute) => [minute, 1] as const);
  const line = seriesLine(series(points), bounds(MINUTE, [], 40 * MINUTE), 1);
  expect(line.holes).toEqual([{ fromMs: 3 * MINUTE, toMs: 40 * MINUTE }]);
});
