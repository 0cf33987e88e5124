import fc from "fast-check";
import { expect, test } from "vitest";
import { chartEndMs, firstRecordedMs, RANGES, rangeWindow, zoomWindow } from "./chart-range.ts";

const HOUR = 3_600_000;
const NOW = 1_900_000_000_000;
const GATEWAY = {
  id: "gw-1",
  connected: true,
  heardMs: NOW,
  recordedToMs: NOW - 4000,
  segments: 1,
  ...{ droppedSegments: 0, droppedReadings: 0, branches: 0, contradictions: 0 },
  readings: 1,
  software: null,
  revokedMs: null,
};

test("aFollowedChartEndsNowUnlessThePastIsBeingFilledIn", () => {
  expect(chartEndMs([GATEWAY], NOW)).toBe(NOW);
  expect(chartEndMs([{ ...GATEWAY, recordedToMs: NOW - 48 * HOUR }], NOW)).toBe(NOW - 48 * HOUR);
  expect(chartEndMs([], NOW)).toBe(NOW);
});

test("aSilentSitesChartRunsOnToNowSoThatTheSilenceShows", () => {
  expect(chartEndMs([{ ...GATEWAY, connected: false, recordedToMs: NOW - 48 * HOUR }], NOW)).toBe(NOW);
});

test("aWindowHoldsItsEndAndKeepsItsBucketsStill", () => {
  fc.assert(
    fc.property(fc.constantFrom(...RANGES), fc.integer({ min: 1e12, max: 2e12 }), (range, end) => {
      const window = rangeWindow(range.id, end, end - 30 * 24 * HOUR);
      const bucket = Math.max(1000, Math.ceil((range.spanMs ?? 30 * 24 * HOUR) / 720 / 1000) * 1000);
      expect(window.toMs).toBeGreaterThanOrEqual(end);
      expect(window.toMs - end).toBeLessThan(bucket);
      expect(window.toMs % bucket).toBe(0);
      expect(window.fromMs % bucket).toBe(0);
    }),
  );
});

test("aZoomIsNeverNarrowerThanAMinute", () => {
  expect(zoomWindow(NOW + 10, NOW)).toEqual({ fromMs: NOW - 29_995, toMs: NOW + 30_005 });
  expect(zoomWindow(NOW + HOUR, NOW)).toEqual({ fromMs: NOW, toMs: NOW + HOUR });
});

test("theFirstRecordIsTheFirstValueOfAnyChannel", () => {
  const columns = { gateway: "gw-1", kind: "voc", unit: "ppb", label: "", min: [], max: [] };
  const chart = {
    ...{ fromMs: 0, toMs: 100, bucketMs: 10, contacts: [], gaps: [] },
    series: [
      { ...columns, channel: 1, timesMs: [0, 10, 20], mean: [null, null, 4] },
      { ...columns, channel: 2, timesMs: [0, 10, 20], mean: [null, 3, 4] },
    ],
  };
  expect(firstRecordedMs(chart)).toBe(10);
  expect(firstRecordedMs({ ...chart, series: [] })).toBeNull();
});
