import { statSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "@sealwatch/platform";
import { decodeSegment } from "@sealwatch/protocols";
import type { GatewayStatus } from "./admin/admin-contract.ts";
import type { LoadedConfig } from "./config/load-gateway-config.ts";
import type { Journal } from "./journal/journal.ts";
import type { LinkReport } from "./sense/link-report.ts";

const BYTES_PER_MB = 1024 * 1024;
const DAY_MS = 86_400_000;
/** The rate is taken from so many segments at most. */
const RATE_SEGMENTS = 32;

/** Numbers for people and for a watching parent process. */
export interface GatewayProgress {
  readonly wallMs: number;
  readonly polls: number;
  readonly missed: number;
  readonly readings: number;
  readonly segments: number;
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
    journal: {
      bytes: fileBytes(join(config.dataDir, "journal.db")),
      budgetBytes: config.journal.budgetMb * BYTES_PER_MB,
      bytesPerDay: await bytesPerDay(journal),
    },
  };
}

/** What the newest segments of this epoch took a day; null before there are two. */
async function bytesPerDay(journal: Journal): Promise<number | null> {
  const stored = await journal.read(Math.max(0, journal.newestOrd - RATE_SEGMENTS), RATE_SEGMENTS);
  const mine = stored.filter(({ position }) => position.epoch === journal.epoch);
  const [first, last] = [mine.at(0), mine.at(-1)];
  if (!first || !last || first === last) return null;
  const spanMs = decodeSegment(last.bytes).header.toMs - decodeSegment(first.bytes).header.fromMs;
  const bytes = mine.reduce((sum, segment) => sum + segment.bytes.length, 0);
  return spanMs > 0 ? Math.round((bytes / spanMs) * DAY_MS) : null;
}

/** With its write-ahead log. */
function fileBytes(file: string): number {
  return [file, `${file}-wal`].reduce(
    (sum, one) => sum + (statSync(one, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
