import { sleepMs } from "@sealwatch/platform";
import type { WatchedDevice } from "../admin/admin-contract.ts";
import type { GatewayClient } from "../admin/gateway-client.ts";
import type { WatchCommand } from "../cli-options.ts";
import type { DeviceConfig } from "../config/gateway-config.ts";
import { type LoadedConfig, loadGatewayConfig } from "../config/load-gateway-config.ts";
import type { Link } from "../sense/link.ts";
import { openLink } from "../sense/open-link.ts";
import { readDevice } from "./device-reader.ts";
import { runningGateway } from "./running-gateway.ts";
import type { ToolParts } from "./tool-parts.ts";
import { watchLine, watchScreen } from "./watch-table.ts";
import { watchedDevice } from "./watched-device.ts";

/** Reads all devices again and again and shows them, until Ctrl-C or so many rounds. Returns the exit code. */
export async function runWatch(asked: WatchCommand, parts: ToolParts): Promise<number> {
  const config = loadGatewayConfig(asked.config);
  const running = await runningGateway(config, parts);
  const show = shower(config.devices, parts);
  if (running) await watchThrough(running, asked, show, parts.signal);
  else await watchLines(config, asked, show, parts);
  return 0;
}

type Show = (watched: WatchedDevice) => void;

/** Shows each reading: on a screen among the others, else as a line. */
function shower(devices: readonly DeviceConfig[], { terminal, clock }: ToolParts): Show {
  const shown = new Map(devices.map((device) => [device.id, watchedDevice(device, null, null)]));
  return (watched) => {
    shown.set(watched.device, watched);
    terminal.out(terminal.repaints ? watchScreen([...shown.values()], clock.wallMs()) : watchLine(watched));
  };
}

async function watchThrough(
  running: GatewayClient,
  { everyMs, rounds }: WatchCommand,
  onItem: Show,
  signal: AbortSignal,
): Promise<void> {
  const ask = Number.isFinite(rounds) ? { everyMs, rounds } : { everyMs };
  try {
    await running.ask("watch", ask, { signal, onItem });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    running.close();
  }
}

async function watchLines(
  config: LoadedConfig,
  { everyMs, rounds }: WatchCommand,
  show: Show,
  parts: ToolParts,
): Promise<void> {
  const { clock, links, signal } = parts;
  const opened = config.links.map((link) => openLink(link, links));
  try {
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      const startedMs = clock.monotonicMs();
      await Promise.all(opened.map((link) => readLine(link, config.devices, show, parts)));
      if (round + 1 < rounds) await sleepMs(clock, everyMs - (clock.monotonicMs() - startedMs), signal);
    }
  } finally {
    await Promise.all(opened.map((link) => link.close()));
  }
}

/** The devices of one link in turn; the links side by side. */
async function readLine(
  link: Link,
  devices: readonly DeviceConfig[],
  show: Show,
  { clock, signal }: ToolParts,
): Promise<void> {
  for (const device of devices) {
    if (device.link !== link.id) continue;
    const reading = await readDevice(link, device, signal);
    if (signal.aborted) return;
    show(watchedDevice(device, reading, clock.wallMs()));
  }
}
