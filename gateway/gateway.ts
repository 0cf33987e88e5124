import { join } from "node:path";
import { type Logger, refusalCounter, systemClock, systemRandom } from "@sealwatch/platform";
import { epochClock } from "./clock/epoch-clock.ts";
import { joinSimulator } from "./clock/join-simulator.ts";
import type { ConfigSource } from "./config/load-gateway-config.ts";
import { makeDataDir } from "./data-dir.ts";
import { Journal } from "./journal/journal.ts";
import { RunningGateway } from "./running-gateway.ts";
import { Uplink } from "./uplink/uplink.ts";

const BYTES_PER_MB = 1024 * 1024;

/** What a gateway is started with. The worker's URL is that of built code: threads do not run TypeScript. */
export interface GatewayParts {
  readonly source: ConfigSource;
  readonly workerUrl: URL;
  readonly software: string;
  readonly pid: number;
  readonly log: Logger;
}

/** Starts sensing, journal and uplink. Throws what makes that impossible. */
export async function startGateway({
  source,
  workerUrl,
  software,
  pid,
  log,
}: GatewayParts): Promise<RunningGateway> {
  const { config } = source;
  makeDataDir(config.dataDir);
  const stepped =
    config.clock.source === "step-socket" ? await joinSimulator(config.clock, config.gateway) : null;
  const clock = epochClock(stepped?.clock ?? systemClock);
  const journal = await Journal.open({
    workerUrl,
    file: join(config.dataDir, "journal.db"),
    keyFile: config.keyFile,
    gateway: config.gateway,
    budgetBytes: config.journal.budgetMb * BYTES_PER_MB,
    clock,
    log,
  });
  const uplink = new Uplink({
    url: config.broker.url,
    gateway: config.gateway,
    software,
    journal,
    clock: systemClock,
    random: systemRandom,
    log,
    refusals: refusalCounter(log),
  });
  journal.onSealed = () => uplink.newSegments();
  const gateway = new RunningGateway({ source, clock, stepped, journal, uplink, software, pid, log });
  await gateway.listen();
  return gateway;
}
