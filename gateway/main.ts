import { readFileSync } from "node:fs";
import {
  createLogger,
  hasCode,
  installShutdown,
  type Logger,
  messageOf,
  silentLogger,
  sleepMs,
  systemClock,
  systemRandom,
} from "@sealwatch/platform";
import { ed25519PublicKey } from "@sealwatch/protocols";
import { HELP_TEXT, parseCommandLine } from "./cli-options.ts";
import type { Terminal } from "./commission/terminal.ts";
import type { ToolParts } from "./commission/tool-parts.ts";
import {
  type ConfigSource,
  type LoadedConfig,
  loadGatewayConfig,
  openGatewayConfig,
} from "./config/load-gateway-config.ts";
import { startGateway } from "./gateway.ts";
import { signingKeyPem } from "./journal/signing-key-file.ts";
import type { RunningGateway } from "./running-gateway.ts";
import { planPolling } from "./sense/poll-plan.ts";

const STATUS_EVERY_MS = 60_000;
/** A watching parent hears at most twice a second. */
const PROGRESS_EVERY_MS = 500;
/** What shells expect after SIGINT. */
const STOPPED_BY_PERSON = 130;
const USAGE_CODES = ["USAGE", "CONFIG_INVALID", "CONFIG_UNREADABLE", "CONFIG_FIXED"];

async function main(args: readonly string[]): Promise<void> {
  const asked = parseCommandLine(args);
  switch (asked.command) {
    case "help":
      process.stdout.write(HELP_TEXT);
      return;
    case "version":
      process.stdout.write(`${version()}\n`);
      return;
    case "keygen":
      process.stdout.write(`${ed25519PublicKey(signingKeyPem(loadGatewayConfig(asked.config).keyFile))}\n`);
      return;
    case "check-config":
      process.stdout.write(summary(loadGatewayConfig(asked.config)));
      return;
    case "run":
      return run(openGatewayConfig(asked.config));
    default: {
      const { runInstallerTool } = await import("./commission/run-installer-tool.ts");
      return runTool((parts) => runInstallerTool(asked, parts));
    }
  }
}

/** Runs an installer's tool; the first Ctrl-C ends what it is doing, the second the process. */
async function runTool(tool: (parts: ToolParts) => Promise<number>): Promise<void> {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  // Whoever reads our output may have gone: `scan | head`.
  process.stdout.on("error", () => stop.abort());
  const links = { clock: systemClock, lineClock: systemClock, random: systemRandom, log: silentLogger() };
  const parts = { terminal: terminal(), clock: systemClock, software: software(), links };
  const code = await tool({ ...parts, signal: stop.signal });
  // A question in flight keeps its library's timer: whoever stopped the tool does not wait for that.
  process.stdout.write("", () => process.exit(stop.signal.aborted ? STOPPED_BY_PERSON : code));
}

function terminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    progress: { isTty: process.stderr.isTTY === true, write: (text) => void process.stderr.write(text) },
    repaints: process.stdout.isTTY === true,
  };
}

async function run(source: ConfigSource): Promise<void> {
  const log = createLogger(
    source.config.gateway ?? "sealwatch-gateway",
    process.env["SEALWATCH_LOG"] ?? "info",
  );
  const shutdown = installShutdown(log);
  // Built code beside this file: the published entry point is always built.
  const workerUrl = new URL("./journal/journal-worker.js", import.meta.url);
  const gateway = await startGateway({ source, workerUrl, software: software(), pid: process.pid, log });
  shutdown.onStop("gateway", () => gateway.stop());
  process.on("SIGHUP", () => void reloadAtSignal(gateway, log));
  const parent = process.send?.bind(process);
  if (parent)
    void every(PROGRESS_EVERY_MS, shutdown.signal, () => {
      if (process.connected) parent(progressOf(gateway));
    });
  void every(STATUS_EVERY_MS, shutdown.signal, () => log.info({ ...gateway.progress() }, "status"));
  await gateway.failure;
}

/** What went wrong changed nothing; the log is all that a signal can answer. */
async function reloadAtSignal(gateway: RunningGateway, log: Logger): Promise<void> {
  try {
    log.info(await gateway.reload.applyFile(), "configuration read again");
  } catch (error) {
    log.error({ why: messageOf(error) }, "the configuration stays");
  }
}

async function every(periodMs: number, signal: AbortSignal, tell: () => void): Promise<void> {
  while (!signal.aborted) {
    await sleepMs(systemClock, periodMs, signal);
    if (!signal.aborted) tell();
  }
}

function progressOf(gateway: RunningGateway) {
  const { wallMs, readings, segments, unsavedMs, acknowledgedSeq } = gateway.progress();
  return { type: "progress", wallMs, readings, segments, unsavedMs, acknowledgedSeq };
}

function summary(config: LoadedConfig): string {
  const { plans, channels } = planPolling(config.devices, 0, config.links);
  const lines = plans.map(({ device, link, unit, intervalMs, reads }) => {
    const mine = channels.filter((channel) => channel.device === device).length;
    return `  ${device}: ${link} unit ${unit}, every ${intervalMs} ms, ${mine} channels in ${reads.length} read(s)`;
  });
  return `${config.gateway ?? "not enrolled"}: ${channels.length} channels\n${lines.join("\n")}\n`;
}

function software(): string {
  return `sealwatch-gateway/${version()}`;
}

function version(): string {
  const file = new URL(
    import.meta.url.endsWith(".ts") ? "./package.json" : "../package.json",
    import.meta.url,
  );
  return String((JSON.parse(readFileSync(file, "utf8")) as { version?: unknown }).version);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`sealwatch-gateway: ${messageOf(error)}\n`);
  process.exit(USAGE_CODES.some((code) => hasCode(error, code)) ? 2 : 1);
}
