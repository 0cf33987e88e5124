import { openSqlite } from "@sealwatch/platform";
import {
  decodeCose,
  decodeHeader,
  NO_HASH,
  type SegmentHeader,
  segmentRecords,
  sha256Hex,
} from "@sealwatch/protocols";

/** What an auditor finds in a stopped cloud's replica, reading the file and trusting none of the cloud's code. */
export interface ReplicaAudit {
  readonly segments: number;
  readonly epochs: number;
  /** Segments that do not follow the one before them, or lie about their body. */
  readonly chainBreaks: number;
  /** Samples that are not later than the one before them of the same channels in the same epoch: out of order, or there twice. */
  readonly misplacedSamples: number;
  /** Sample times of each device's channels in replica order, as UTC ms. */
  readonly sampleTimesMs: ReadonlyMap<string, number[]>;
}

/** Audits one gateway's journal in the replica file. */
export async function auditReplica(file: string, gateway: string): Promise<ReplicaAudit> {
  const { db, close } = await openSqlite(file);
  try {
    const rows = db.all("SELECT cose, body FROM segment WHERE gateway = ? ORDER BY ord", [gateway]);
    const heads = new Map<string, { seq: number; hash: string }>();
    const sampleTimesMs = new Map<string, number[]>();
    const lastAtMs = new Map<string, number>();
    const clock = { epoch: "", offsetMs: 0 };
    let newest = NO_HASH;
    let chainBreaks = 0;
    let misplacedSamples = 0;
    for (const row of rows) {
      const body = row["body"] as Uint8Array;
      const headerBytes = decodeCose(row["cose"] as Uint8Array, "audited segment")[2];
      const header = decodeHeader(headerBytes);
      if (!follows(header, heads.get(header.epoch), newest) || header.bodyHash !== sha256Hex(body))
        chainBreaks++;
      newest = sha256Hex(headerBytes);
      heads.set(header.epoch, { seq: header.seq, hash: newest });
      misplacedSamples += countMisplaced(header.epoch, body, lastAtMs);
      collectTimes(header, body, clock, sampleTimesMs);
    }
    return { segments: rows.length, epochs: heads.size, chainBreaks, misplacedSamples, sampleTimesMs };
  } finally {
    await close();
  }
}

/** In an unbroken life of one card, every new epoch continues exactly where the one before ended. */
function follows(
  header: SegmentHeader,
  head: { seq: number; hash: string } | undefined,
  newest: string,
): boolean {
  if (head) return header.seq === head.seq + 1 && header.prev === head.hash;
  return header.seq === 1 && header.prev === newest && (header.parent?.hash ?? NO_HASH) === newest;
}

/** Time of an epoch only goes forward, and a device is read once at a moment. */
function countMisplaced(epoch: string, body: Uint8Array, lastAtMs: Map<string, number>): number {
  let misplaced = 0;
  for (const record of segmentRecords({ body })) {
    if (record.type !== "sample") continue;
    const key = `${epoch} ${record.channels.join(",")}`;
    if (record.atMs <= (lastAtMs.get(key) ?? -1)) misplaced++;
    lastAtMs.set(key, record.atMs);
  }
  return misplaced;
}

function collectTimes(
  header: SegmentHeader,
  body: Uint8Array,
  clock: { epoch: string; offsetMs: number },
  times: Map<string, number[]>,
): void {
  for (const record of segmentRecords({ body })) {
    if (record.type === "clock")
      Object.assign(clock, { epoch: header.epoch, offsetMs: record.utcMs - record.atMs });
    if (record.type !== "sample") continue;
    if (clock.epoch !== header.epoch)
      throw new Error(`epoch ${header.epoch} has samples before it knows the time`);
    const key = record.channels.join(",");
    const list = times.get(key) ?? [];
    list.push(record.atMs + clock.offsetMs);
    times.set(key, list);
  }
}
