import { statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "@sealwatch/platform";
import type { GatewayStatus } from "./admin/admin-contract.ts";
import type { LoadedConfig } from "./config/load-gateway-config.ts";
import type { Journal } from "./journal/journal.ts";
import type { LinkReport } from "./sense/link-report.ts";

/** Numbers for people and for a watching parent process. */
export interface GatewayProgress {
  readonly wallMs: number;
  readonly polls: number;
  readonly missed: number;
  readonly readings: number;
  readonly segments: number;
  /** For how long the oldest record that is not on disk yet has waited. */
  readonly unsavedMs: number;
  readonly acknowledgedSeq: number;
  readonly backlog: number;
  /** By link: how busy it is, and how its devices answer. */
  readonly links: Readonly<Record<string, LinkReport>>;
}

type Counted = GatewayProgress & Pick<GatewayStatus, "uplink" | "config">;

interface StatusParts {
  readonly gateway: string;
  readonly config: LoadedConfig;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly software: string;
  readonly pid: number;
}

/** All that the admin socket tells of a gateway. */
export async function gatewayStatus(
  counted: Counted,
  { gateway, config, journal, clock, software, pid }: StatusParts,
): Promise<GatewayStatus> {
  const links = Object.fromEntries(
    Object.entries(counted.links).map(([id, link]) => [id, { ...link, devices: { ...link.devices } }]),
  );
  return {
    ...counted,
    links,
    gateway,
    software,
    pid,
    runningMs: Math.floor(clock.monotonicMs()),
    epoch: journal.epoch,
    journal: { ...(await journal.space()), bytes: fileBytes(join(config.dataDir, "journal.db")) },
  };
}

/** With its write-ahead log. */
function fileBytes(file: string): number {
  return [file, `${file}-wal`].reduce(
    (sum, one) => sum + (statSync(one, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
