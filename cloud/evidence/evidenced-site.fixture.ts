import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, refusalCounter, silentLogger, systemClock } from "@sealwatch/platform";
import {
  decodeHello,
  ed25519PublicKey,
  ed25519Signer,
  encodeHello,
  encodeSegment,
  type JournalPosition,
  type JournalRecord,
  NO_HASH,
  sealSegment,
} from "@sealwatch/protocols";
import { cloudConfigSchema } from "../config/cloud-config.ts";
import { SegmentPipeline } from "../pipeline/segment-pipeline.ts";
import { SiteRegistry } from "../registry/site-registry.ts";
import { type OpenDatabase, openDatabase } from "../store/database.ts";

export const GATEWAY = "gw-000001";
export const SITE = "qingshi-dyes";
export const UTC_MS = Date.UTC(2026, 2, 1);
export const MINUTE_MS = 60_000;

/** A county with one site and one gateway whose journal is written by hand, in the store that production uses. */
export class EvidencedSite {
  readonly folder = mkdtempSync(join(tmpdir(), "sealwatch-evidence-"));
  readonly cloudPem = newPem();
  readonly gatewayPem = newPem();
  /** The cloud's wall time: receipts are hourly. */
  nowMs = UTC_MS;
  store: OpenDatabase | undefined;
  pipeline: SegmentPipeline | undefined;
  #head: JournalPosition | null = null;

  async open(): Promise<void> {
    this.store = await openDatabase(join(this.folder, "cloud.sqlite"));
    const config = cloudConfigSchema.parse({
      dataDir: this.folder,
      ...{ mode: "test", mqtt: { port: 0 } },
      sites: [
        {
          ...{ id: SITE, name: { zh: "青石精细染化厂", en: "Qingshi Dyes" }, formerLoadW: 60_000 },
          gateways: [{ id: GATEWAY, publicKey: ed25519PublicKey(this.gatewayPem) }],
        },
      ],
    });
    const clock: Clock = { ...systemClock, wallMs: () => this.nowMs };
    this.pipeline = new SegmentPipeline({
      ...{ db: this.store.db, registry: new SiteRegistry(config.sites), clock, log: silentLogger() },
      ...{ refusals: refusalCounter(silentLogger()), onCommitted: () => {} },
      signer: ed25519Signer(this.cloudPem),
    });
    await this.pipeline.load();
  }

  /** Opens an epoch of the gateway and says hello with it; its parent is the head, or another place. */
  async connect(epoch: string, parent: JournalPosition | null = this.#head): Promise<void> {
    this.#head = { epoch, seq: 0, hash: parent?.hash ?? NO_HASH };
    this.#parent = parent;
    const held = { epoch, parent, oldestSeq: 1, newestSeq: 0 };
    const hello = decodeHello(encodeHello({ epochs: [held], software: "by hand" }));
    await this.pipeline?.takeHello(GATEWAY, hello);
  }

  #parent: JournalPosition | null = null;

  /** Seals and commits; `dropped` sends the header alone. Returns its place. */
  async write(records: readonly JournalRecord[], dropped = false): Promise<JournalPosition> {
    const { epoch, seq, hash } = this.#head ?? { epoch: "", seq: 0, hash: NO_HASH };
    const place = { gateway: GATEWAY, epoch, seq: seq + 1, prev: hash, parent: this.#parent };
    const segment = sealSegment(place, records, ed25519Signer(this.gatewayPem));
    await this.pipeline?.takeSegment(
      GATEWAY,
      encodeSegment({ ...segment, body: dropped ? null : segment.body }),
    );
    this.#head = { epoch, seq: seq + 1, hash: segment.hash };
    return this.#head;
  }

  async close(): Promise<void> {
    await this.pipeline?.idle();
    await this.store?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Clock and five minutes of two channels from `fromMin` of the epoch on, which began at `zeroMs`. */
export function fiveMinutes(fromMin: number, zeroMs: number): JournalRecord[] {
  const clock: JournalRecord = {
    ...{ type: "clock", atMs: fromMin * MINUTE_MS, utcMs: zeroMs + fromMin * MINUTE_MS },
    ...{ uncertaintyMs: 20, source: "system" },
  };
  const samples = Array.from(
    { length: 5 },
    (_, minute): JournalRecord => ({
      ...{ type: "sample", atMs: (fromMin + minute) * MINUTE_MS + (minute % 3), channels: [1, 2] },
      ...{ scaled: [400 + 7 * minute, minute === 3 ? null : 60], qualities: [0, minute === 3 ? 1 : 0] },
    }),
  );
  return [clock, ...samples];
}

function newPem(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
