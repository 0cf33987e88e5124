import { decodeCose, decodeHeader, encodeSegment } from "@sealwatch/protocols";
import type { Database } from "../store/database.ts";
import type { BundleFolder } from "./bundle-folder.ts";
import type { JournalRange } from "./journal-range.ts";

/** Rows read at a time; the store is free for others in between. */
const PAGE_ROWS = 200;

/** One epoch's part of a bundle. */
interface EpochPart {
  readonly epoch: string;
  /** How it joins what came before, as the cloud admitted it. */
  readonly start: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** What the manifest says of one gateway's journal. */
export interface ExportedJournal {
  readonly segments: number;
  readonly epochs: readonly EpochPart[];
  readonly receipts: number;
  /** Signed contradictions that lie in contradictions.cbor beside it. */
  readonly contradictions: number;
}

/** Called between two pages, so that a long export leaves room for others; throws to end it. */
export type Pace = (rows: number) => Promise<void>;

/** Writes a stretch of one gateway's journal, the receipts for it, and what contradicts it. */
export async function exportJournal(
  db: Database,
  gateway: string,
  range: JournalRange | null,
  out: BundleFolder,
  pace: Pace,
): Promise<ExportedJournal> {
  const folder = `gateways/${gateway}`;
  if (!range) return { segments: 0, epochs: [], receipts: 0, contradictions: 0 };
  const epochs = await writeSegments(db, gateway, range, `${folder}/segments.cbor`, out, pace);
  const receipts = await receiptsWithin(db, gateway, range, epochs);
  if (receipts.length > 0) out.add(`${folder}/receipts.cbor`, Buffer.concat(receipts));
  const contradictions = await db
    .selectFrom("quarantine")
    .select("bytes")
    .where("gateway", "=", gateway)
    .orderBy("id")
    .execute();
  if (contradictions.length > 0) {
    out.add(`${folder}/contradictions.cbor`, Buffer.concat(contradictions.map(({ bytes }) => bytes)));
  }
  return {
    segments: range.segments,
    epochs,
    receipts: receipts.length,
    contradictions: contradictions.length,
  };
}

async function writeSegments(
  db: Database,
  gateway: string,
  { firstOrd, lastOrd }: JournalRange,
  path: string,
  out: BundleFolder,
  pace: Pace,
): Promise<EpochPart[]> {
  const starts = await db
    .selectFrom("epoch")
    .select(["epoch", "start"])
    .where("gateway", "=", gateway)
    .execute();
  const startOf = new Map(starts.map(({ epoch, start }) => [epoch, start]));
  const parts = new Map<string, EpochPart>();
  const file = out.open(path);
  for (let after = firstOrd - 1; ; ) {
    const rows = await db
      .selectFrom("segment")
      .select(["ord", "epoch", "seq", "cose", "body"])
      .where("gateway", "=", gateway)
      .where("ord", ">", after)
      .where("ord", "<=", lastOrd)
      .orderBy("ord")
      .limit(PAGE_ROWS)
      .execute();
    for (const { ord, epoch, seq, cose, body } of rows) {
      const signed = decodeCose(cose, "stored segment");
      file.write(encodeSegment({ cose: signed, body: body.length > 0 ? body : null }));
      const firstSeq = parts.get(epoch)?.firstSeq ?? seq;
      parts.set(epoch, { epoch, start: startOf.get(epoch) ?? "chained", firstSeq, lastSeq: seq });
      after = ord;
    }
    await pace(rows.length);
    if (rows.length < PAGE_ROWS) break;
  }
  file.close();
  return [...parts.values()];
}

/** Receipts for places of the range, and for the place just before it. */
async function receiptsWithin(
  db: Database,
  gateway: string,
  { firstOrd, lastOrd }: JournalRange,
  epochs: readonly EpochPart[],
): Promise<Uint8Array[]> {
  const first = await db
    .selectFrom("segment")
    .select("cose")
    .where("gateway", "=", gateway)
    .where("ord", ">=", firstOrd)
    .orderBy("ord")
    .limit(1)
    .executeTakeFirstOrThrow();
  const { epoch, seq, prev, parent } = decodeHeader(decodeCose(first.cose, "stored segment")[2]);
  const before = seq > 1 ? { epoch, seq: seq - 1, hash: prev } : parent;
  const rows = await db
    .selectFrom("receipt as r")
    .innerJoin("segment as s", (join) =>
      join.onRef("s.gateway", "=", "r.gateway").onRef("s.epoch", "=", "r.epoch").onRef("s.seq", "=", "r.seq"),
    )
    .select(["r.bytes", "r.hash", "s.hash as heldHash", "s.ord"])
    .where("r.gateway", "=", gateway)
    .where("r.epoch", "in", [...epochs.map((part) => part.epoch), before?.epoch ?? epoch])
    .where("s.ord", "<=", lastOrd)
    .orderBy("r.id")
    .execute();
  return rows.filter(({ ord, hash }) => ord >= firstOrd || hash === before?.hash).map(({ bytes }) => bytes);
}
