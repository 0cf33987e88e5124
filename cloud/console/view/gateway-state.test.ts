import { expect, test } from "vitest";
import { backfillShare, gatewayState, recordedTo, verdictCaveat } from "./gateway-state.ts";

const NOW = 1_900_000_000_000;
const LIVE = {
  id: "gw-1",
  connected: true,
  heardMs: NOW - 2000,
  recordedToMs: NOW - 5000,
  segments: 9,
  ...{ droppedSegments: 0, droppedReadings: 0, branches: 0, contradictions: 0 },
  readings: 900,
  software: null,
  revokedMs: null,
};

test("aGatewayIsLiveOnlyWhenItsRecordReachesThePresent", () => {
  expect(gatewayState(LIVE, NOW)).toBe("live");
  expect(gatewayState({ ...LIVE, recordedToMs: NOW - 86_400_000 }, NOW)).toBe("backfilling");
  expect(gatewayState({ ...LIVE, recordedToMs: null }, NOW)).toBe("backfilling");
  expect(gatewayState({ ...LIVE, connected: false }, NOW)).toBe("silent");
  expect(gatewayState({ ...LIVE, heardMs: NOW - 3_600_000 }, NOW)).toBe("silent");
  expect(gatewayState({ ...LIVE, heardMs: null }, NOW)).toBe("never");
});

test("oneSilentGatewayIsEnoughForACaveat", () => {
  expect(verdictCaveat([LIVE], NOW)).toBeNull();
  expect(verdictCaveat([LIVE, { ...LIVE, connected: false }], NOW)).toBe("silent");
  expect(verdictCaveat([], NOW)).toBe("never");
});

test("aRevokedGatewayIsNoCaveatOnceAnotherStandsThere", () => {
  const revoked = { ...LIVE, connected: false, revokedMs: NOW - 1000 };
  expect(gatewayState(revoked, NOW)).toBe("revoked");
  expect(verdictCaveat([revoked], NOW)).toBe("silent");
  expect(verdictCaveat([revoked, LIVE], NOW)).toBeNull();
});

test("theRecordReachesToItsNewestGateway", () => {
  expect(recordedTo([LIVE, { ...LIVE, recordedToMs: null }])).toBe(NOW - 5000);
  expect(recordedTo([])).toBeNull();
});

test("aBackfillShareStaysBetweenNoneAndAll", () => {
  expect(backfillShare(50, 0, 100)).toBe(0.5);
  expect(backfillShare(-5, 0, 100)).toBe(0);
  expect(backfillShare(100, 100, 100)).toBe(1);
});
