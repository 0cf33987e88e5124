import { readFileSync } from "node:fs";
import { deviceProfilesDirectory, readDeviceProfile } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import type { DeviceConfig } from "../config/gateway-config.ts";
import { planPolling } from "./poll-plan.ts";

const profileOf = (name: string) =>
  readDeviceProfile(name, readFileSync(new URL(`${name}.yaml`, deviceProfilesDirectory), "utf8"));

function device(profile: string, change: Partial<DeviceConfig> = {}): DeviceConfig {
  return {
    id: "device",
    link: "bus-1",
    unit: 1,
    profile: profileOf(profile),
    intervalMs: 1_000,
    supply: "auxiliary",
    contacts: {},
    ...change,
  };
}

describe("a poll plan", () => {
  it("numbersTheChannelsOfAllDevicesFromOne", () => {
    const { channels } = planPolling([device("eastron/sdm630"), device("eastron/sdm630", { id: "b" })]);
    expect(channels.map(({ id }) => id)).toEqual(channels.map((_, index) => index + 1));
  });

  it("makesAChannelOfACurrentInputWhatHangsOnIt", () => {
    const voc = { kind: "voc", unit: "ppm", low: 0, high: 20, decimals: 2 } as const;
    const seal = { supplyV: 24, seriesOhm: 250, closedOhm: 1_000, openOhm: 3_300, tolerance: 0.2 };
    const { channels } = planPolling([
      device("waveshare/modbus-rtu-analog-input-8ch", { loops: { ai1: voc }, sealLoops: { ai2: seal } }),
    ]);
    expect(channels.slice(0, 3)).toMatchObject([
      { point: "ai1", kind: "voc", unit: "ppm", decimals: 2 },
      { point: "ai2", kind: "seal-loop", decimals: 0 },
      { point: "ai3", kind: "loop-current", unit: "mA" },
    ]);
  });

  it("readsTheTransformersAlongWithAnyValueOfTheirSecondarySide", () => {
    const { channels } = planPolling([device("acrel/adl400", { points: ["power-total"] })]);
    const kinds = channels.map(({ kind }) => kind);
    expect(kinds).toContain("active-power");
    expect(kinds).toContain("ct-ratio");
  });

  it("asksADlt645MeterByItsAddress", () => {
    const { plans } = planPolling([
      device("generic/dlt645-single-phase", { unit: undefined, address: "000000000161" }),
    ]);
    expect(plans[0]?.unit).toBe("000000000161");
    expect(plans[0]?.reads.map((read) => ("di" in read ? read.di : null))).toContain("02010100");
  });
});
