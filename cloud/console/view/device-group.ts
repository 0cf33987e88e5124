import type { ChannelView } from "../../api/contract.ts";

/** One device's channels. A label that they share is the device's own name, and is taken off the channels. */
export interface DeviceGroup {
  readonly key: string;
  readonly label: string;
  readonly channels: readonly ChannelView[];
}

/** Channels device by device, in the order given. */
export function deviceGroups(channels: readonly ChannelView[]): DeviceGroup[] {
  const devices = new Map<string, ChannelView[]>();
  for (const channel of channels) {
    const key = `${channel.gateway} / ${channel.device}`;
    devices.set(key, [...(devices.get(key) ?? []), channel]);
  }
  return [...devices].map(([key, own]) => {
    const label = own[0]?.label ?? "";
    const isShared = own.length > 1 && label !== "" && own.every((channel) => channel.label === label);
    if (!isShared) return { key, label: "", channels: own };
    return { key, label, channels: own.map((channel) => ({ ...channel, label: "" })) };
  });
}
