import type { LineChoice, ScanCommand } from "../cli-options.ts";
import { loadGatewayConfig } from "../config/load-gateway-config.ts";
import { gatewayError } from "../errors.ts";
import { openLink } from "../sense/open-link.ts";
import { configFragment } from "./config-fragment.ts";
import { USUAL_SETTINGS } from "./line-settings.ts";
import { scanEstimateMs, scanLine } from "./scan-line.ts";
import type { ScanWish } from "./scan-plan.ts";
import { durationText, progressText, scanReport } from "./scan-report.ts";
import { linkConfigFor, type ScanTarget, targetOf } from "./scan-target.ts";
import { shippedProfiles } from "./shipped-profiles.ts";
import { ProgressLine } from "./terminal.ts";
import type { ToolParts } from "./tool-parts.ts";

/** Scans a line and prints what is there, then YAML for it. Returns the exit code. */
export async function runScan(asked: ScanCommand, parts: ToolParts): Promise<number> {
  const { terminal, clock, links, signal } = parts;
  const target = chooseTarget(asked.line);
  const wish = wishOf(asked, target);
  terminal.progress.write(
    `about ${durationText(scanEstimateMs(wish))}, and a moment for each device that answers; Ctrl-C ends it\n`,
  );
  const line = new ProgressLine(terminal, () => clock.monotonicMs());
  const result = await scanLine(wish, {
    openLink: (mode) => openLink(linkConfigFor(target, mode), links),
    profiles: shippedProfiles(),
    clock,
    tell: (progress) => line.show(progressText(progress)),
    signal,
  });
  line.clear();
  terminal.out(scanReport(result));
  const fragment = configFragment(target, result.found);
  if (fragment)
    terminal.out(`\n# for the configuration; look at every device, then check-config\n${fragment}`);
  return result.found.length > 0 ? 0 : 1;
}

function chooseTarget(line: LineChoice): ScanTarget {
  if ("target" in line) return line.target;
  const { links } = loadGatewayConfig(line.config);
  const ids = links.map(({ id }) => id).join(", ");
  const chosen =
    line.link === undefined && links.length === 1 ? links[0] : links.find(({ id }) => id === line.link);
  if (!chosen) throw gatewayError("USAGE", { why: `name a link with --link: ${ids}` });
  return targetOf(chosen);
}

/** Behind a serial server the speed is the server's own: trying others would change nothing. */
function wishOf({ exhaustive, settings, units, timeoutMs }: ScanCommand, target: ScanTarget): ScanWish {
  const serverSettings = target.kind === "rtu-tcp" ? USUAL_SETTINGS.slice(0, 1) : undefined;
  return {
    line: target.kind === "modbus-tcp" ? "modbus-tcp" : "serial",
    exhaustive,
    settings: settings ?? serverSettings,
    units,
    timeoutMs,
  };
}
