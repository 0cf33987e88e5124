import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Journal, Uplink } from "@sealwatch/gateway";
import { refusalCounter, seededRandom, silentLogger, systemClock } from "@sealwatch/platform";
import {
  decodeHello,
  decodeSegment,
  decodeStatus,
  ed25519PublicKey,
  ed25519Verifier,
  encodeAck,
  type Hello,
  type JournalPosition,
  parseUpTopic,
  type Segment,
  segmentRecords,
  topicOf,
  verifySegment,
} from "@sealwatch/protocols";
import { Aedes } from "aedes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const GATEWAY = "gw-000001";
const workerUrl = new URL("../gateway/dist/journal/journal-worker.js", import.meta.url);

/** A cloud in miniature: a real broker that takes segments in order and acknowledges what it holds. */
class SmallCloud {
  readonly held: Segment[] = [];
  readonly hellos: Hello[] = [];
  readonly states: string[] = [];
  /** Acknowledges nothing while true. */
  silent = false;
  /** Segments to lose on arrival, by count. */
  loseNext = 0;
  #broker: Aedes | null = null;
  #server = createServer();
  #waiting: (() => void)[] = [];
  port = 0;

  async start(): Promise<void> {
    const broker = await Aedes.createBroker();
    broker.on("publish", (packet, client) => {
      if (client) this.#take(packet.topic, new Uint8Array(packet.payload as Buffer));
    });
    // A last will comes from the broker, not from its client.
    await new Promise<void>((resolve) =>
      broker.subscribe(
        topicOf(GATEWAY, "status"),
        (packet, done) => {
          this.states.push(decodeStatus(new Uint8Array(packet.payload as Buffer)).state);
          this.#moved();
          done();
        },
        () => resolve(),
      ),
    );
    this.#broker = broker;
    this.#server = createServer(broker.handle);
    this.#server.listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#broker?.close(() => resolve()));
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  ack(reason: "hello" | "commit" | "rewind", head: JournalPosition | null = this.head()): void {
    this.send(encodeAck({ head, reason }));
  }

  send(payload: Uint8Array): void {
    const packet = { cmd: "publish", qos: 1, dup: false, retain: false } as const;
    this.#broker?.publish(
      { ...packet, topic: topicOf(GATEWAY, "ack"), payload: Buffer.from(payload) },
      () => {},
    );
  }

  head(): JournalPosition | null {
    const last = this.held.at(-1);
    return last ? { epoch: last.header.epoch, seq: last.header.seq, hash: last.hash } : null;
  }

  #take(topic: string, payload: Uint8Array): void {
    const leaf = parseUpTopic(topic)?.leaf;
    if (leaf === "hello") {
      this.hellos.push(decodeHello(payload));
      this.ack("hello");
    } else if (leaf === "segment") this.#hold(decodeSegment(payload));
    this.#moved();
  }

  #hold(segment: Segment): void {
    if (this.loseNext-- > 0 || this.silent) return;
    const head = this.head();
    if (this.held.some(({ hash }) => hash === segment.hash)) return;
    if (segment.header.prev === (head?.hash ?? "0".repeat(64))) {
      this.held.push(segment);
      this.ack("commit");
    } else this.ack("rewind");
  }

  #moved(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const log = silentLogger();
let folder: string;
let cloud: SmallCloud;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-uplink-"));
  writeFileSync(join(folder, "gateway.key"), pem, { mode: 0o600 });
  cloud = new SmallCloud();
  await cloud.start();
  stops.push(() => cloud.stop());
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  rmSync(folder, { recursive: true });
});

async function openJournal(): Promise<Journal> {
  const journal = await Journal.open({
    workerUrl,
    file: join(folder, "journal.db"),
    keyFile: join(folder, "gateway.key"),
    gateway: GATEWAY,
    budgetBytes: 1e9,
    clock: systemClock,
    log,
  });
  stops.push(() => journal.close());
  return journal;
}

function connect(journal: Journal) {
  const refusals = refusalCounter(log);
  const uplink = new Uplink({
    route: () => ({ target: { host: "127.0.0.1", port: cloud.port, tls: null }, cloud: null }),
    gateway: GATEWAY,
    software: "test",
    journal,
    clock: systemClock,
    random: seededRandom(3),
    log,
    refusals,
  });
  const stop = new AbortController();
  const done = uplink.run(stop.signal);
  journal.onSealed = () => uplink.newSegments();
  const leave = () => {
    stop.abort();
    return done;
  };
  stops.push(leave);
  return { uplink, refusals, leave };
}

let written = 0;
function write(journal: Journal, segments: number): void {
  for (let count = 0; count < segments; count++) {
    written++;
    journal.append({ type: "event", atMs: written, event: "gateway-started", note: String(written) });
    journal.flush(true);
  }
}

const notesHeld = () =>
  cloud.held.flatMap((segment) => {
    verifySegment(segment, ed25519Verifier(ed25519PublicKey(pem)));
    return segmentRecords(segment).flatMap((record) =>
      record.type === "event" ? [Number(record.note)] : [],
    );
  });
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe("the uplink over a real broker", () => {
  it("bringsWhatWasJournaledBeforeAndAfterItConnected", async () => {
    const first = written + 1;
    const journal = await openJournal();
    write(journal, 100);
    const { uplink, leave } = connect(journal);
    await cloud.until(() => cloud.held.length === 100);
    write(journal, 50);
    await cloud.until(() => cloud.held.length === 150);
    await uplink.drain(60_000);
    expect(notesHeld()).toEqual(numbers(first, written));
    expect(uplink.head).toEqual(cloud.head());
    expect(cloud.hellos[0]?.epochs).toMatchObject([{ epoch: journal.epoch, newestSeq: 100 }]);
    await leave();
    await cloud.until(() => cloud.states.length === 2);
    expect(cloud.states).toEqual(["online", "offline"]);
  });

  it("resumesAtTheCloudsHeadAfterTheBrokerRestartedAndLostWhatWasInFlight", async () => {
    const first = written + 1;
    const journal = await openJournal();
    connect(journal);
    write(journal, 20);
    await cloud.until(() => cloud.held.length === 20);
    cloud.silent = true;
    write(journal, 40);
    await journal.whenBelow(0);
    await cloud.stop();
    cloud.silent = false;
    await cloud.start();
    await cloud.until(() => cloud.held.length === 60);
    expect(notesHeld()).toEqual(numbers(first, written));
    expect(cloud.hellos.length).toBe(2);
  });

  it("sendsAgainFromTheHeadWhenTheCloudMissesSomething", async () => {
    const first = written + 1;
    const journal = await openJournal();
    connect(journal);
    await cloud.until(() => cloud.hellos.length === 1);
    cloud.loseNext = 3;
    write(journal, 30);
    await cloud.until(() => cloud.held.length === 30);
    expect(notesHeld()).toEqual(numbers(first, written));
  });

  it("refillsAnEmptyCloudFromAllEpochsItHolds", async () => {
    const first = written + 1;
    for (let epoch = 0; epoch < 3; epoch++) {
      const journal = await openJournal();
      write(journal, 5);
      await journal.close();
    }
    const journal = await openJournal();
    const { leave } = connect(journal);
    await cloud.until(() => cloud.held.length === 15);
    await leave();
    cloud.held.length = 0;
    connect(journal);
    await cloud.until(() => cloud.held.length === 15);
    expect(notesHeld()).toEqual(numbers(first, written));
    expect(new Set(cloud.held.map(({ header }) => header.epoch)).size).toBe(3);
  });

  it("countsGarbageFromTheCloudAndGoesOn", async () => {
    const journal = await openJournal();
    const { refusals } = connect(journal);
    await cloud.until(() => cloud.hellos.length === 1);
    cloud.send(Uint8Array.of(0xff, 0x00));
    cloud.ack("commit", { epoch: "ab".repeat(8), seq: 9, hash: "cd".repeat(32) });
    write(journal, 3);
    await cloud.until(() => cloud.held.length === 3);
    expect(refusals.totals()).toEqual({ "bad ack": 1, "ack of an unknown segment": 1 });
  });
});
