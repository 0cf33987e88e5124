import { describe, expect, it } from "vitest";
import type { GatewayStatus } from "../admin/admin-contract.ts";
import { statusReport } from "./status-report.ts";

const MB = 1024 * 1024;
const STATUS: GatewayStatus = {
  gateway: "gw-000001",
  software: "sealwatch-gateway/0.1.0",
  pid: 77,
  runningMs: 90_061_000,
  wallMs: Date.UTC(2026, 6, 1),
  epoch: "0011223344556677",
  polls: 900,
  missed: 2,
  readings: 9_000,
  segments: 12,
  unsavedMs: 400,
  acknowledgedSeq: 11,
  backlog: 1,
  uplink: "greeting",
  journal: {
    bytes: 4 * MB,
    usedBytes: 3 * MB,
    budgetBytes: 512 * MB,
    bytesPerDay: 2 * MB,
    full: false,
    diskFull: false,
  },
  config: {
    file: "/srv/gateway.yaml",
    hash: "0123456789ab",
    appliedAtMs: Date.UTC(2026, 6, 1),
    onTrial: true,
  },
  links: {
    "bus-1": {
      up: false,
      utilisation: 0.256,
      waiting: 3,
      drained: 4,
      devices: {
        "meter-1": { asked: 9, answered: 7, badFrames: 1, unanswered: 2, roundTripMs: [12, 40] },
        "meter-2": { asked: 9, answered: 0, badFrames: 0, unanswered: 9 },
      },
    },
  },
};

describe("the status of a running gateway", () => {
  it("isToldToPeople", () => {
    const lines = statusReport(STATUS).split("\n");
    expect(lines[0]).toMatch(/^gw-000001: .* process 77, running 1 d /);
    expect(lines[1]).toMatch(/0123456789ab since 2026-07-01T00:00:00\.000Z, ON TRIAL, \/srv\/gateway\.yaml$/);
    expect(lines[2]).toContain("900, 2 missed");
    expect(lines[3]).toContain("3.0 of 512.0 MB, which is 256 days");
    expect(lines[4]).toContain("the cloud has not answered yet; acknowledged segment 11, 1 waiting");
    expect(lines[5]).toBe("link bus-1: DOWN, 26 % busy, 3 waiting, drained 4 times");
    expect(lines[6]).toBe(
      "  meter-1: 7 of 9 answered, 1 bad frames, 12 ms, at most 40 ms; the last 2 unanswered",
    );
    expect(lines[7]).toContain("never answered");
  });

  it("saysSoWhenThereIsNoRoom", () => {
    const full = { ...STATUS, journal: { ...STATUS.journal, full: true, diskFull: true } };
    expect(statusReport(full)).toContain("THE DISK IS FULL; FULL: no telemetry is taken");
  });

  it("saysNothingOfDaysBeforeTheRateIsKnown", () => {
    const young = { ...STATUS, journal: { ...STATUS.journal, bytesPerDay: null } };
    expect(statusReport(young)).not.toContain("days");
  });
});
