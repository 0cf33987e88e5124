import { join } from "node:path";
import { type Logger, systemClock } from "@sealwatch/platform";
import { epochClock } from "./clock/epoch-clock.ts";
import { joinSimulator } from "./clock/join-simulator.ts";
import { offsetClock } from "./clock/offset-clock.ts";
import { isSynchronised } from "./clock/time-service.ts";
import { CloudSide } from "./cloud-side.ts";
import type { ConfigSource } from "./config/load-gateway-config.ts";
import { makeDataDir } from "./data-dir.ts";
import { runningName } from "./identity/gateway-name.ts";
import { fileKeyStore } from "./identity/key-store.ts";
import { Journal } from "./journal/journal.ts";
import { RunningGateway } from "./running-gateway.ts";

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
  const gateway = runningName(config, (why) =>
    log.error({ why }, "no way to the cloud until this is mended"),
  );
  const key = fileKeyStore(config.keyFile);
  const stepped = config.clock.source === "step-socket" ? await joinSimulator(config.clock, gateway) : null;
  const { commitDelayMs = 0, clockOffsetFile } = config.faults ?? {};
  const rightClock = stepped?.clock ?? systemClock;
  const clock = epochClock(clockOffsetFile ? offsetClock(rightClock, clockOffsetFile) : rightClock);
  const journal = await Journal.open({
    workerUrl,
    file: join(config.dataDir, "journal.db"),
    keyFile: config.keyFile,
    gateway,
    budgetBytes: config.journal.budgetMb * BYTES_PER_MB,
    commitDelayMs,
    clock,
    log,
  });
  const cloud = new CloudSide({ gateway, config, key, journal, clock, software, log });
  const synchronised = stepped ? null : await isSynchronised();
  const timed = { clock, stepped, synchronised };
  const running = new RunningGateway({ gateway, source, ...timed, journal, cloud, software, pid, log });
  await running.listen();
  return running;
}
