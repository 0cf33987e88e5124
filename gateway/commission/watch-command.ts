import { sleepMs } from "@sealwatch/platform";
import type { WatchCommand } from "../cli-options.ts";
import type { DeviceConfig } from "../config/gateway-config.ts";
import { loadGatewayConfig } from "../config/load-gateway-config.ts";
import type { Link } from "../sense/link.ts";
import { openLink } from "../sense/open-link.ts";
import { readDevice } from "./device-reader.ts";
import type { ToolParts } from "./tool-parts.ts";
import { type WatchedDevice, watchLine, watchScreen } from "./watch-table.ts";

/** Reads all devices again and again and shows them, until Ctrl-C or so many rounds. Returns the exit code. */
export async function runWatch(
  { config: file, everyMs, rounds }: WatchCommand,
  parts: ToolParts,
): Promise<number> {
  const { clock, links, signal } = parts;
  const config = loadGatewayConfig(file);
  const opened = config.links.map((link) => openLink(link, links));
  const shown = new Map<string, WatchedDevice>(config.devices.map((device) => [device.id, unread(device)]));
  try {
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      const startedMs = clock.monotonicMs();
      await Promise.all(opened.map((link) => readLine(link, config.devices, shown, parts)));
      if (round + 1 < rounds) await sleepMs(clock, everyMs - (clock.monotonicMs() - startedMs), signal);
    }
  } finally {
    await Promise.all(opened.map((link) => link.close()));
  }
  return 0;
}

/** The devices of one link in turn; the links side by side. */
async function readLine(
  link: Link,
  devices: readonly DeviceConfig[],
  shown: Map<string, WatchedDevice>,
  { terminal, clock, signal }: ToolParts,
): Promise<void> {
  for (const device of devices) {
    if (device.link !== link.id) continue;
    const reading = await readDevice(link, device, signal);
    if (signal.aborted) return;
    const tookMs = Math.max(0, ...reading.exchanges.map(({ reply }) => reply.tookMs));
    const watched = { ...unread(device), reading, atMs: clock.wallMs(), roundTripMs: Math.round(tookMs) };
    shown.set(device.id, watched);
    terminal.out(terminal.repaints ? watchScreen([...shown.values()], clock.wallMs()) : watchLine(watched));
  }
}

function unread(device: DeviceConfig): WatchedDevice {
  const { id, link, unit, address } = device;
  const station = unit === undefined ? String(address) : `unit ${unit}`;
  return { device: id, link, station, reading: null, atMs: null, roundTripMs: null };
}
