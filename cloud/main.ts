import { parseArgs } from "node:util";
import {
  createLogger,
  installShutdown,
  loadConfigFile,
  messageOf,
  SealwatchError,
  systemClock,
} from "@sealwatch/platform";
import { startCloud } from "./cloud.ts";
import { cloudConfigSchema } from "./config/cloud-config.ts";

const HELP = `sealwatch-cloud: a county's replica, detection, alerts and console

  sealwatch-cloud run --config cloud.yaml            start
  sealwatch-cloud check-config --config cloud.yaml   name every problem in the configuration
  sealwatch-cloud --help

On start it prints one line of JSON on stdout: {"listening":{"httpPort":8080,"mqttPort":1883}}`;

/** Exit codes: 0 stopped in order, 1 failed while running, 2 wrong usage or configuration. */
async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { config: { type: "string", default: "cloud.yaml" }, help: { type: "boolean", short: "h" } },
  });
  const [command = "help"] = positionals;
  if (values.help || command === "help") return void process.stdout.write(`${HELP}\n`);
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

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`sealwatch-cloud: ${messageOf(error)}\n`);
  process.exit(error instanceof SealwatchError || error instanceof TypeError ? 2 : 1);
});
