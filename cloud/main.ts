import { type ParseArgsConfig, parseArgs } from "node:util";
import {
  createLogger,
  installShutdown,
  loadConfigFile,
  messageOf,
  SealwatchError,
  systemClock,
} from "@sealwatch/platform";
import { ADMIN_COMMANDS } from "./admin/commands.ts";
import { withOperations } from "./admin/offline-folder.ts";
import { type AuditFileVerdict, verifyAuditFile } from "./audit/audit-file.ts";
import { runBacktest } from "./backtest/backtest-command.ts";
import { BACKTEST_FLAGS, backtestRequest } from "./backtest/backtest-flags.ts";
import { BACKTEST_HELP } from "./backtest/backtest-help.ts";
import { restoreBackup } from "./backup/restore.ts";
import { startCloud } from "./cloud.ts";
import { type CloudConfig, cloudConfigSchema } from "./config/cloud-config.ts";
import { cloudError } from "./errors.ts";
import { startWatchdog } from "./notify/watchdog/watchdog.ts";
import { type WatchdogConfig, watchdogSchema } from "./notify/watchdog/watchdog-config.ts";

const OPTIONS = {
  config: { type: "string", default: "cloud.yaml" },
  help: { type: "boolean", short: "h", default: false },
} as const satisfies ParseArgsConfig["options"];

const HELP = `sealwatch-cloud: a county's replica, detection, alerts and console

  sealwatch-cloud run            start
  sealwatch-cloud check-config   name every problem in the configuration
${Object.entries(ADMIN_COMMANDS)
  .map(([words, { usage }]) => `  sealwatch-cloud ${words} ${usage}`)
  .join("\n")}
  sealwatch-cloud restore --from FILE   a backup into a data folder that has no database; the cloud is stopped
  sealwatch-cloud watchdog --config watchdog.yaml
                                 on another machine: tells people when the cloud's alert path is silent
  sealwatch-cloud backtest --site SITE.yaml --csv FILE.csv [--from ISO] [--to ISO]
                                 any past data through the live code: one JSON object a line
                                 for each change of verdict or alert, and a summary;
                                 backtest --help tells of both files

Each takes --config FILE, which is cloud.yaml otherwise.
On start it prints one line of JSON on stdout: {"listening":{"httpPort":8080,"mqttsPort":8883,"enrolPort":8443}}`;

/** Exit codes: 0 stopped in order, 1 failed while running or past data that cannot be used, 2 wrong usage or configuration. */
async function main(args: readonly string[]): Promise<void> {
  const words = Object.keys(ADMIN_COMMANDS).find((known) => `${args.join(" ")} `.startsWith(`${known} `));
  const command = words === undefined ? undefined : ADMIN_COMMANDS[words];
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { ...BACKTEST_FLAGS, ...command?.options, ...OPTIONS },
  });
  const [verb = "help"] = positionals;
  if (verb === "backtest" && values.help) return print(BACKTEST_HELP);
  if (values.help || verb === "help") return print(HELP);
  if (verb === "watchdog") return watch(loadConfigFile(values.config, watchdogSchema));
  if (verb === "backtest") {
    return runBacktest(backtestRequest(values, positionals.slice(1)), standardOutput());
  }
  if (words === "audit verify" && "file" in values && values.file !== undefined) {
    return print(describeAuditFile(await verifyAuditFile(String(values.file))));
  }
  const config = loadConfigFile(values.config, cloudConfigSchema);
  if (command) {
    const log = createLogger("cloud", "warn");
    return print(
      await withOperations(config, systemClock, log, (ask) =>
        command.run(ask, values, positionals.slice(2), tellProgress()),
      ),
    );
  }
  if (verb === "restore") return print(await restore(String(values["from"] ?? ""), config));
  if (verb === "check-config") return print(`${values.config} is in order`);
  if (verb !== "run") throw new TypeError(`unknown command ${verb}; try --help`);
  await run(config);
}

/** Throws AUDIT_BROKEN. */
function describeAuditFile({ entries, head, brokenAt, sealedMs, publicKey }: AuditFileVerdict): string {
  if (brokenAt) throw cloudError("AUDIT_BROKEN", { entry: brokenAt.id, why: brokenAt.why });
  const sealed = new Date(sealedMs).toISOString();
  return `${entries} entries follow each other without a break up to ${head ?? "(none)"}, sealed at ${sealed} by the key ${publicKey}`;
}

async function run(config: CloudConfig): Promise<void> {
  const log = createLogger("cloud", config.logLevel);
  const shutdown = installShutdown(log);
  const cloud = await startCloud(config, systemClock, log);
  shutdown.onStop("cloud", () => cloud.close());
  print(JSON.stringify({ listening: cloud.ports }));
}

/** Prints one line once it watches; ends in order when it is stopped. */
async function watch(config: WatchdogConfig): Promise<void> {
  const log = createLogger("watchdog", config.logLevel);
  const shutdown = installShutdown(log);
  const watching = startWatchdog(config, systemClock, log, shutdown.signal);
  shutdown.onStop("watchdog", () => watching);
  print(JSON.stringify({ listening: {}, watching: config.cloud }));
}

async function restore(file: string, { dataDir }: CloudConfig): Promise<string> {
  if (file === "") throw new TypeError("write --from FILE");
  const files = await restoreBackup(file, dataDir);
  return [
    `${dataDir} is as it was when ${file} was made, with ${files.join(", ")}.`,
    "Its gateways bring what it lacks when it runs. Before it issues certificates again it wants the newest copy of",
    "revocations.jsonl: sealwatch-cloud revocations import FILE (that of the backup is revocations.backup.jsonl).",
  ].join("\n");
}

/** Progress of what takes longer than this is shown. */
const SHOWN_AFTER_MS = 2_000;

function tellProgress() {
  const { progress, monotonicMs } = standardOutput();
  const startedMs = monotonicMs();
  return ({ done, total }: { done: number; total: number }): void => {
    if (monotonicMs() - startedMs > SHOWN_AFTER_MS && total > 0) progress(done / total);
  };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function standardOutput() {
  const isTty = process.stderr.isTTY === true;
  let shown = "";
  const show = (text: string): void => {
    if (text !== shown) process.stderr.write(`\r\x1b[K${text}`);
    shown = text;
  };
  return {
    line: (text: string) => {
      show("");
      process.stdout.write(`${text}\n`);
    },
    complain: (text: string) => {
      show("");
      process.stderr.write(`${text}\n`);
    },
    progress: (share: number) => {
      if (isTty) show(share < 1 ? `${Math.floor(share * 100)} %` : "");
    },
    monotonicMs: () => systemClock.monotonicMs(),
  };
}

// Whoever reads has enough, as `head` has after its lines: there is nobody left to write for.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`sealwatch-cloud: ${messageOf(error)}\n`);
  const isUsage =
    error instanceof SealwatchError ? error.code !== "CSV_UNUSABLE" : error instanceof TypeError;
  process.exit(isUsage ? 2 : 1);
});
