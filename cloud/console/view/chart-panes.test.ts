import { expect, test } from "vitest";
import type { ChartView, SiteDetail } from "../../api/contract.ts";
import { contactLanes, powerPane, vocPane } from "./chart-panes.ts";

const MINUTE = 60_000;
const WINDOW = { fromMs: 0, toMs: 60 * MINUTE };

const CHANNEL = {
  gateway: "gw-1",
  device: "meter",
  kind: "active-power",
  unit: "W",
  label: "",
  feeder: null,
};
const DETAIL: SiteDetail = {
  ...{ id: "s", name: { zh: "", en: "" }, address: "", township: "", utcOffsetMin: 480, formerLoadW: 1 },
  ...{
    verdict: "sealed",
    level: "none",
    sinceMs: null,
    baselineAccepted: null,
    baselineRelearn: null,
    removedDevices: [],
  },
  gateways: [
    {
      ...{ id: "gw-1", connected: true, heardMs: 0, segments: 1, readings: 1, software: null },
      ...{ droppedSegments: 0, droppedReadings: 0, branches: 0, contradictions: 0, revokedMs: null },
      recordedToMs: 60 * MINUTE,
    },
  ],
  channels: [
    { ...CHANNEL, id: 1, point: "power-total", phase: "total", contact: null, latest: null },
    { ...CHANNEL, id: 2, point: "power-l1", phase: "L1", contact: null, latest: null },
  ],
  baselines: [
    {
      ...{ gateway: "gw-1", channel: 1, status: "learning", days: 3, sigma: 1, rho: 0.5 },
      hours: Array.from({ length: 24 }, () => ({ mid: 1000, low: 500, high: 1500 })),
    },
  ],
};

function chart(): ChartView {
  const values = Array.from({ length: 60 }, () => 1000);
  const column = { gateway: "gw-1", kind: "active-power", unit: "W", label: "", min: values, max: values };
  const timesMs = values.map((_, i) => i * MINUTE);
  return {
    ...{ ...WINDOW, bucketMs: MINUTE, gaps: [] },
    series: [
      { ...column, channel: 1, timesMs, mean: values },
      { ...column, channel: 2, timesMs, mean: values },
    ],
    contacts: [
      { gateway: "gw-1", channel: 4, label: "东门", role: "door", normal: 1, steps: [{ atMs: 0, value: 1 }] },
      {
        gateway: "gw-1",
        channel: 3,
        label: "封条 S1",
        role: "seal",
        normal: 1,
        steps: [{ atMs: 0, value: 1 }],
      },
    ],
  };
}

test("onlyTheTotalIsDrawnWhenThereIsOneAndInKilowatts", () => {
  const pane = powerPane(DETAIL, chart(), WINDOW);
  expect(pane.columns).toHaveLength(4);
  expect(pane.columns[1]?.[0]).toBe(1);
  expect(pane.unit).toBe("kW");
  expect(pane.bands[0]).toMatchObject({ isLearning: true });
  expect(pane.bands[0]?.steps[0]?.high).toBe(1.5);
  expect(pane.unknown).toEqual([]);
});

test("aSiteWithoutAGasSensorIsUnknownThere", () => {
  expect(vocPane(DETAIL, chart(), WINDOW).unknown).toEqual([WINDOW]);
});

test("beyondTheEndOfTheRecordEverythingIsUnknown", () => {
  const gateways = DETAIL.gateways.map((gateway) => ({ ...gateway, recordedToMs: 20 * MINUTE }));
  const silent = { ...DETAIL, gateways };
  expect(powerPane(silent, chart(), WINDOW).unknown.at(-1)?.toMs).toBe(WINDOW.toMs);
  for (const lane of contactLanes(silent, chart(), WINDOW)) {
    expect(lane.stretches.map((one) => one.state)).toEqual(["normal", "unknown"]);
  }
});

test("sealsStandAboveDoors", () => {
  expect(contactLanes(DETAIL, chart(), WINDOW).map((lane) => lane.label)).toEqual(["封条 S1", "东门"]);
});
