import { parseArgs } from "node:util";
import { scenarioNames } from "@sealwatch/firmware-sim";

/** What the demo was asked for. */
export interface DemoOptions {
  readonly once: boolean;
  readonly scenario: string;
  readonly seed: number;
  readonly historyDays: number;
  readonly httpPort: number;
  readonly mqttPort: number;
  readonly modbusPort: number;
  /** Where to keep the data; null: a temporary folder. */
  readonly data: string | null;
  readonly keep: boolean;
  readonly help: boolean;
}

/** A command line that cannot be followed, told in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const DEMO_HELP = `npm run demo -- [options]

A sealed plant, its gateway and the county's cloud, as three processes on this machine. Two quiet weeks are polled
in fast simulated time; then, in real time, the plant starts again.

  --once              end when the alert has arrived: exit 0, or 1 if it has not within 120 s; last line JSON
  --scenario NAME     ${scenarioNames().join(", ")} (default night-restart)
  --seed N            repeat a run exactly (default 20241022)
  --history-days N    quiet days before (default 14)
  --http-port P       console and API (default 8080)
  --mqtt-port P       broker (default 1883)
  --modbus-port P     the plant's serial server (default 5020); 0 picks a free port, as for the other two
  --data DIR          keep the data here; must be empty or new (default: a temporary folder)
  --keep              do not delete the temporary folder afterwards
  --help`;

const OPTIONS = {
  once: { type: "boolean", default: false },
  scenario: { type: "string", default: "night-restart" },
  seed: { type: "string", default: "20241022" },
  "history-days": { type: "string", default: "14" },
  "http-port": { type: "string", default: "8080" },
  "mqtt-port": { type: "string", default: "1883" },
  "modbus-port": { type: "string", default: "5020" },
  data: { type: "string" },
  keep: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Reads the command line. Throws UsageError naming the option and what to write. */
export function parseDemoOptions(args: readonly string[]): DemoOptions {
  const values = parse(args);
  const names = scenarioNames();
  if (!names.includes(values.scenario)) {
    throw new UsageError(`--scenario ${values.scenario}: choose one of ${names.join(", ")}`);
  }
  return {
    once: values.once,
    scenario: values.scenario,
    seed: wholeNumber("--seed", values.seed, 0, 2 ** 32 - 1),
    historyDays: wholeNumber("--history-days", values["history-days"], 0, 60),
    httpPort: wholeNumber("--http-port", values["http-port"], 0, 65_535),
    mqttPort: wholeNumber("--mqtt-port", values["mqtt-port"], 0, 65_535),
    modbusPort: wholeNumber("--modbus-port", values["modbus-port"], 0, 65_535),
    data: values.data ?? null,
    keep: values.keep,
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`${option} ${text}: write a whole number from ${min} to ${max}`);
  }
  return value;
}
