import { constants } from "node:fs";
import { access, open, rm, stat, statfs } from "node:fs/promises";
import { Socket } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Clock } from "@sealwatch/platform";
import type { GatewayStatus } from "../admin/admin-contract.ts";
import { connectGateway, type GatewayClient } from "../admin/gateway-client.ts";
import { isSynchronised } from "../clock/time-service.ts";
import type { LinkConfig } from "../config/link-config.ts";
import { type LoadedConfig, loadGatewayConfig } from "../config/load-gateway-config.ts";
import { lookAtCloud } from "./doctor-broker.ts";
import {
  doctorReport,
  type FileState,
  type Finding,
  judgeClock,
  judgeContacts,
  judgeDataDir,
  judgeHolder,
  judgeKey,
  judgeReach,
  judgeRunningLink,
  judgeSpace,
  judgeSpeed,
} from "./doctor-judgement.ts";
import { holderText, portHolders } from "./port-holder.ts";
import type { ToolParts } from "./tool-parts.ts";

const BYTES_PER_MB = 1024 * 1024;
/** What a commit of ten seconds writes, as often as a minute has commits. */
const SYNCED_WRITES = 8;
const SYNCED_WRITE_BYTES = 4_096;
const CONNECT_TIMEOUT_MS = 3_000;

/** Looks at everything that a gateway needs and prints what to do. Returns the exit code. */
export async function runDoctor(file: string, { terminal, clock }: ToolParts): Promise<number> {
  const config = loadGatewayConfig(file);
  const running = await statusOfRunning(config.dataDir);
  const findings = [
    ...(await lookAtDisk(config, clock, running)),
    judgeClock(clock.wallMs(), await isSynchronised()),
    ...(await Promise.all(config.links.map((link) => lookAtLink(link, running)))),
    ...(await lookAtCloud(config, running, clock)),
    ...judgeContacts(config),
    ...lookAtMode(config),
  ];
  terminal.out(doctorReport(findings));
  return findings.some(({ level }) => level === "FAIL") ? 1 : 0;
}

/** What the gateway over this data folder tells of itself; null where none runs. */
async function statusOfRunning(dataDir: string): Promise<GatewayStatus | null> {
  let running: GatewayClient;
  try {
    running = await connectGateway(dataDir);
  } catch {
    // Nobody there, or another user's: the doctor looks for himself.
    return null;
  }
  return running.ask("status", {}).finally(() => running.close());
}

async function lookAtDisk(
  { dataDir, keyFile, journal }: LoadedConfig,
  clock: Clock,
  running: GatewayStatus | null,
): Promise<Finding[]> {
  const folder = await stateOf(dataDir);
  const writable = (await failureOf(access(dataDir, constants.W_OK))) === null;
  const key = judgeKey(keyFile, await stateOf(keyFile), userInfo().uid);
  const standing = [judgeDataDir(dataDir, folder, writable), key];
  if (!folder || !writable) return standing;
  const { bavail, bsize } = await statfs(dataDir);
  const freeMb = Math.floor((bavail * bsize) / BYTES_PER_MB);
  const bytesPerDay = running?.journal.bytesPerDay ?? null;
  const space = judgeSpace(
    freeMb,
    journal.budgetMb,
    bytesPerDay === null ? null : bytesPerDay / BYTES_PER_MB,
  );
  return [...standing, space, judgeSpeed(await slowestSyncMs(dataDir, clock))];
}

async function slowestSyncMs(folder: string, clock: Clock): Promise<number> {
  const file = join(folder, ".doctor");
  const handle = await open(file, "w");
  let slowestMs = 0;
  try {
    for (let write = 0; write < SYNCED_WRITES; write++) {
      const fromMs = clock.monotonicMs();
      await handle.write(new Uint8Array(SYNCED_WRITE_BYTES));
      await handle.sync();
      slowestMs = Math.max(slowestMs, clock.monotonicMs() - fromMs);
    }
  } finally {
    await handle.close();
    await rm(file, { force: true });
  }
  return slowestMs;
}

async function lookAtLink(link: LinkConfig, running: GatewayStatus | null): Promise<Finding> {
  const about = `link ${link.id}`;
  if ("baud" in link && "path" in link) {
    const foreign = portHolders(link.path).find(({ pid }) => pid !== running?.pid);
    if (foreign) return judgeHolder(about, link.path, holderText(foreign));
  }
  if (running) return judgeRunningLink(about, running.links[link.id], running.pid);
  if (link.kind === "power-supply")
    return judgeReach(about, link.path, await failureOf(access(link.path, constants.R_OK)));
  if ("chip" in link)
    return judgeReach(about, link.chip, await failureOf(access(link.chip, constants.R_OK | constants.W_OK)));
  if ("path" in link)
    return judgeReach(about, link.path, await failureOf(access(link.path, constants.R_OK | constants.W_OK)));
  return judgeReach(about, `${link.host}:${link.port}`, await connectFailure(link.host, link.port));
}

function lookAtMode({ mode }: LoadedConfig): Finding[] {
  if (mode === "production") return [];
  return [{ level: "warn", about: "mode", says: mode, fix: "write mode: production at a real site" }];
}

async function stateOf(path: string): Promise<FileState | null> {
  try {
    const { mode, uid } = await stat(path);
    return { mode, uid };
  } catch {
    // Not there, or not ours to see: the finding says so either way.
    return null;
  }
}

async function failureOf(promise: Promise<unknown>): Promise<string | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function connectFailure(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const end = (failure: string | null) => {
      socket.destroy();
      resolve(failure);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => end(`no connection within ${CONNECT_TIMEOUT_MS} ms`));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    socket.connect({ host, port }, () => end(null));
  });
}
