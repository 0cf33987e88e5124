import type { GatewayClient } from "../admin/gateway-client.ts";
import type { ReadCommand } from "../cli-options.ts";
import type { LinkConfig } from "../config/link-config.ts";
import { loadGatewayConfig } from "../config/load-gateway-config.ts";
import { gatewayError } from "../errors.ts";
import { openLink } from "../sense/open-link.ts";
import { type ReadableDevice, readDevice } from "./device-reader.ts";
import { readReport } from "./read-report.ts";
import { runningGateway } from "./running-gateway.ts";
import { linkConfigFor } from "./scan-target.ts";
import { shippedProfiles } from "./shipped-profiles.ts";
import type { ToolParts } from "./tool-parts.ts";

/** Reads one device once and prints all there is to know. Returns the exit code. */
export async function runRead(asked: ReadCommand, parts: ToolParts): Promise<number> {
  const { terminal, links, signal } = parts;
  const running = "config" in asked ? await runningGateway(loadGatewayConfig(asked.config), parts) : null;
  if (running && "config" in asked) return readThrough(running, asked.device, parts);
  const { name, device, config } = "target" in asked ? named(asked) : configured(asked);
  const link = openLink(config, links);
  try {
    const reading = await readDevice(link, device, signal);
    terminal.out(readReport(name, device.profile, reading));
    return reading.answered ? 0 : 1;
  } finally {
    await link.close();
  }
}

async function readThrough(
  running: GatewayClient,
  device: string,
  { terminal, signal }: ToolParts,
): Promise<number> {
  try {
    const { report, answered } = await running.ask("read", { device }, { signal });
    terminal.out(report);
    return answered ? 0 : 1;
  } finally {
    running.close();
  }
}

interface Choice {
  readonly name: string;
  readonly device: ReadableDevice;
  readonly config: LinkConfig;
}

function configured({ config: file, device: id }: Extract<ReadCommand, { config: string }>): Choice {
  const { devices, links } = loadGatewayConfig(file);
  const device = devices.find((candidate) => candidate.id === id);
  const config = links.find((candidate) => candidate.id === device?.link);
  if (!device || !config)
    throw gatewayError("USAGE", {
      why: `no device ${id}: choose of ${devices.map((one) => one.id).join(", ")}`,
    });
  return { name: id, device, config };
}

function named(asked: Extract<ReadCommand, { profile: string }>): Choice {
  const { target, station } = asked;
  const profile = shippedProfiles().find(({ vendor, model }) => `${vendor}/${model}` === asked.profile);
  if (!profile) throw gatewayError("PROFILE_UNKNOWN", { name: asked.profile });
  const { protocol, link } = profile;
  const [baud = 9600] = link.bauds;
  const [parity = "none"] = link.parities;
  const settings = asked.settings ?? { baud, parity, stopBits: link.stopBits };
  const isUnit = typeof station === "number";
  return {
    name: `${isUnit ? "unit" : "address"} ${station}`,
    device: { profile, ctRatio: asked.ctRatio, ...(isUnit ? { unit: station } : { address: station }) },
    config: linkConfigFor(target, { protocol, settings: target.kind === "modbus-tcp" ? null : settings }),
  };
}
