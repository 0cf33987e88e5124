import { expect, test } from "vitest";
import type { ChannelView } from "../../api/contract.ts";
import { deviceGroups } from "./device-group.ts";

function channel(device: string, id: number, label: string): ChannelView {
  return {
    ...{ gateway: "gw-1", id, device, point: `p${id}`, kind: "voltage", phase: "L1", unit: "V", label },
    ...{ feeder: null, contact: null, latest: null },
  };
}

test("aLabelThatAllChannelsShareNamesTheDevice", () => {
  const [meter] = deviceGroups([channel("meter-1", 1, "总进线电表"), channel("meter-1", 2, "总进线电表")]);
  expect(meter?.label).toBe("总进线电表");
  expect(meter?.channels.map((one) => one.label)).toEqual(["", ""]);
});

test("labelsOfTheirOwnStayWithTheirChannels", () => {
  const groups = deviceGroups([
    channel("io-1", 1, "封条 S1"),
    channel("gas-1", 9, "车间"),
    channel("io-1", 2, "东门"),
  ]);
  expect(groups.map((group) => [group.key, group.label, group.channels.map((one) => one.label)])).toEqual([
    ["gw-1 / io-1", "", ["封条 S1", "东门"]],
    ["gw-1 / gas-1", "", ["车间"]],
  ]);
});
