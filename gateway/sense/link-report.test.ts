import { expect, it } from "vitest";
import type { StationStats } from "./link.ts";
import { reportLink } from "./link-report.ts";

it("namesTheDevicesOfItsLinkOnlyAndLeavesOutTimesThatNobodyMeasured", () => {
  const silent = { asked: 3, answered: 0, badFrames: 1, unanswered: 3, roundTripMs: null };
  const answering = {
    asked: 9,
    answered: 9,
    badFrames: 0,
    unanswered: 0,
    roundTripMs: { last: 12, mean: 10.4, longest: 31.6 },
  };
  const stations = new Map<string, StationStats>([
    ["1", answering],
    ["000000000161", silent],
    ["9", silent],
  ]);
  const stats = { up: true, utilisation: 0.123_456, waiting: 2, drained: 4, stations };
  const devices = [
    { id: "a", link: "bus", unit: 1 },
    { id: "b", link: "bus", address: "000000000161" },
    { id: "c", link: "other", unit: 9 },
    { id: "d", link: "bus", unit: 3 },
  ];
  expect(reportLink("bus", stats, devices)).toEqual({
    up: true,
    utilisation: 0.123,
    waiting: 2,
    drained: 4,
    devices: {
      a: { asked: 9, answered: 9, badFrames: 0, unanswered: 0, roundTripMs: [10, 32] },
      b: { asked: 3, answered: 0, badFrames: 1, unanswered: 3 },
    },
  });
});
