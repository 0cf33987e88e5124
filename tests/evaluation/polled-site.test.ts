import { loadScenario, Plant } from "@sealwatch/firmware-sim";
import type { ChannelDescription, JournalRecord } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import { PolledSite } from "./polled-site.ts";

const START_MS = Date.parse("2026-01-15T12:00:00+08:00");
const MINUTE_MS = 60_000;

/** The site with two feeders, polled once a minute from its first channel list on. */
function polled() {
  const scenario = loadScenario("quiet-two-feeders");
  const plant = new Plant(scenario.plant, 7, START_MS);
  const site = new PolledSite(plant, scenario.devices, { intervalMs: MINUTE_MS, seed: 7 });
  const channels = site
    .begin(START_MS)
    .flatMap((record) => (record.type === "channels" ? record.channels : []));
  const poll = () => {
    plant.advance(plant.nowMs + MINUTE_MS);
    return site.poll();
  };
  return { plant, site, channels, poll };
}

function scaledValue(
  records: readonly JournalRecord[],
  channels: readonly ChannelDescription[],
  name: string,
) {
  const channel = channels.find(({ device, point }) => `${device}/${point}` === name);
  const scaled = records.flatMap((record) =>
    record.type === "sample"
      ? record.scaled.filter((_, index) => record.channels[index] === channel?.id)
      : [],
  );
  return (scaled[0] ?? Number.NaN) / 10 ** (channel?.decimals ?? 0);
}

describe("a polled site", () => {
  it("namesTheFeederOfEachMeterAndTheSupplyOfTheWater", () => {
    const { channels } = polled();
    const feeders = new Map(channels.map(({ device, feeder }) => [device, feeder]));
    expect([feeders.get("meter"), feeders.get("process-meter")]).toEqual(["incomer", "process"]);
    expect(feeders.get("water")).toBe("water");
    expect(feeders.get("gas")).toBeUndefined();
  });

  it("recordsWhatEachMeterSeesOfItsOwnFeeder", () => {
    const { plant, site, channels, poll } = polled();
    plant.apply({ do: "start", what: "dosing-pump" });
    plant.apply({ do: "tap", what: "water", value: 90 });
    const records = poll();
    const processW = scaledValue(records, channels, "process-meter/power-total");
    expect(processW / plant.measure("powerW", "process")).toBeCloseTo(1, 1);
    expect(scaledValue(records, channels, "process-meter/energy-import")).toBeCloseTo(9_120.4, 1);
    expect(scaledValue(records, channels, "water/water-flow")).toBeCloseTo(0.09, 1);
    const wholeW = scaledValue(records, channels, "meter/power-total");
    expect(wholeW / plant.measurands.powerW).toBeCloseTo(1, 1);
    expect(site.powerW).toBeCloseTo(wholeW, 6);
  });
});
