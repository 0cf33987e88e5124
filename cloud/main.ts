import { parseArgs } from "node:util";
import {
  createLogger,
  installShutdown,
  loadConfigFile,
  messageOf,
  SealwatchError,
  systemClock,
} from "@sealwatch/platform";
import { runBacktest } from "./backtest/backtest-command.ts";
import { BACKTEST_FLAGS, backtestRequest } from "./backtest/backtest-flags.ts";
import { startCloud } from "./cloud.ts";
import { cloudConfigSchema } from "./config/cloud-config.ts";

const HELP = `sealwatch-cloud: a county's replica, detection, alerts and console

  sealwatch-cloud run --config cloud.yaml            start
  sealwatch-cloud check-config --config cloud.yaml   name every problem in the configuration
  sealwatch-cloud backtest --site SITE.yaml --csv FILE.csv [--from ISO] [--to ISO]
                                                     any past data through the live code: one JSON object a line
                                                     for each change of verdict or alert, and a summary
  sealwatch-cloud --help

On start it prints one line of JSON on stdout: {"listening":{"httpPort":8080,"mqttPort":1883}}`;

/** Exit codes: 0 stopped in order, 1 failed while running, 2 wrong usage or configuration. */
async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: "string", default: "cloud.yaml" },
      help: { type: "boolean", short: "h" },
      ...BACKTEST_FLAGS,
    },
  });
  const [command = "help"] = positionals;
  if (values.help || command === "help") return void process.stdout.write(`${HELP}\n`);
  if (command === "backtest") return runBacktest(backtestRequest(values), standardOutput());
  const config = loadConfigFile(values.config, cloudConfigSchema);
  if (command === "check-config") return void process.stdout.write(`${values.config} is in order\n`);
  if (command !== "run") throw new TypeError(`unknown command ${command}; try --help`);

  const log = createLogger("cloud", config.logLevel);
  const shutdown = installShutdown(log);
  const cloud = await startCloud(config, systemClock, log);
  shutdown.onStop("cloud", () => cloud.close());
  const { httpPort, mqttPort } = cloud;
  process.stdout.write(`${JSON.stringify({ listening: { httpPort, mqttPort } })}\n`);
}

function standardOutput() {
  const isTty = process.stderr.isTTY === true;
  return {
    line: (text: string) => void process.stdout.write(`${text}\n`),
    complain: (text: string) => void process.stderr.write(`${text}\n`),
    progress: (share: number) => void (isTty && process.stderr.write(`\r${Math.floor(share * 100)} %`)),
    monotonicMs: () => systemClock.monotonicMs(),
  };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`sealwatch-cloud: ${messageOf(error)}\n`);
  process.exit(error instanceof SealwatchError || error instanceof TypeError ? 2 : 1);
});
