import { createLogger, installShutdown, messageOf, SealwatchError } from "@sealwatch/platform";
import { type CliOptions, parseCliOptions } from "./cli-options.ts";
import { HELP_TEXT } from "./help-text.ts";
import { loadScenario, scenarioNames } from "./scenarios/load-scenario.ts";
import { type Simulator, startSimulator } from "./simulator.ts";
import type { Transport } from "./transports/transport.ts";

const STATUS_EVERY_MS = 10_000;
/** Exit code for a command line that cannot be followed. */
const EXIT_REFUSED = 2;

try {
  await main(parseCliOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof SealwatchError)) throw error;
  process.stderr.write(`sealwatch-sim: ${messageOf(error)}\n`);
  process.exitCode = EXIT_REFUSED;
}

async function main(options: CliOptions): Promise<void> {
  if (options.help) return print(HELP_TEXT);
  if (options.list) return print(scenarioList());
  const log = createLogger("sealwatch-sim");
  const simulator = await startSimulator({
    ...options,
    scenario: loadScenario(options.scenario),
    startMs: options.startMs ?? Date.now(),
    log,
  });
  const { port, stepPort } = simulator;
  const shutdown = installShutdown(log);
  shutdown.onStop("simulator", simulator.close);
  print(`${JSON.stringify({ listening: { ...whereOf(options.transport, port), stepPort } })}\n`);
  if (process.stderr.isTTY) showStatus(simulator, shutdown.signal);
}

function whereOf(transport: Transport, port: number | null) {
  switch (transport.kind) {
    case "modbus-tcp":
      return { modbusPort: port };
    case "line-tcp":
      return { linePort: port };
    case "serial":
      return { serial: transport.path };
  }
}

function scenarioList(): string {
  return scenarioNames()
    .map((name) => {
      const { title } = loadScenario(name);
      return `${name.padEnd(24)} ${title.zh}  ${title.en}\n`;
    })
    .join("");
}

function showStatus(simulator: Simulator, stop: AbortSignal): void {
  const timer = setInterval(() => {
    const at = new Date(simulator.nowMs()).toISOString();
    process.stderr.write(`site time ${at}, ${simulator.connections()} connection(s)\n`);
  }, STATUS_EVERY_MS);
  stop.addEventListener("abort", () => clearInterval(timer));
}

function print(text: string): void {
  process.stdout.write(text);
}
