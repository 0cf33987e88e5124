import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import {
  decodeHello,
  decodeSegment,
  encodeAck,
  encodeOrder,
  encodeReceipt,
  type JournalRecord,
  parseUpTopic,
  segmentRecords,
  topicOf,
} from "@sealwatch/protocols";
import { Aedes } from "aedes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { County } from "../identity/county.fixture.ts";
import { keepEnrolment } from "../identity/enrolment-file.ts";
import { fileKeyStore } from "../identity/key-store.ts";

const main = new URL("../dist/main.js", import.meta.url).pathname;
/** A trial of devices that never answer, on a busy machine. */
const TRIAL_MAX_MS = 120_000;
const FAKETIME = "/usr/bin/faketime";
const GATEWAY = "gw-000001";
const CONFIG = `
dataDir: data
links: [{ id: bus-1, kind: modbus-tcp, host: 127.0.0.1, port: 1 }]
devices:
  - { id: meter-1, link: bus-1, unit: 1, profile: eastron/sdm630, intervalMs: 1000, supply: auxiliary }
`;

/** A broker that wants a certificate of the county, and a cloud behind it that answers hello with what a test says. */
class TlsBroker {
  readonly heard: { readonly leaf: string; readonly name: string }[] = [];
  #server: Server;
  #aedes: Aedes | null = null;
  #moved: (() => void)[] = [];
  readonly #segments: Uint8Array[] = [];
  readonly #names = new WeakMap<object, string>();
  port = 0;
  /** Sent behind the ack of each hello, by leaf. */
  orders: { readonly leaf: "config" | "command"; readonly payload: Uint8Array }[] = [];
  receipt: ((epoch: string) => Uint8Array) | null = null;

  constructor({ server, caPem }: Pick<County, "server" | "caPem">) {
    this.#server = createServer({
      key: server.key,
      cert: server.certificate,
      ca: caPem,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.3",
    });
  }

  async listen(): Promise<void> {
    const aedes = await Aedes.createBroker();
    this.#aedes = aedes;
    aedes.on("publish", (packet, client) => {
      const leaf = parseUpTopic(packet.topic)?.leaf;
      if (!client || !leaf) return;
      this.heard.push({ leaf, name: this.#names.get(client.conn) ?? "" });
      if (leaf === "segment") this.#segments.push(new Uint8Array(packet.payload as Buffer));
      if (leaf === "hello")
        this.#answer(decodeHello(new Uint8Array(packet.payload as Buffer)).epochs.at(-1)?.epoch);
      for (const resolve of this.#moved.splice(0)) resolve();
    });
    this.#server.on("secureConnection", (socket) => {
      this.#names.set(socket, String(socket.getPeerCertificate().subject.CN));
      aedes.handle(socket);
    });
    this.#server.listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** What the segments hold so far. */
  records(): JournalRecord[] {
    return this.#segments.flatMap((bytes) => [...segmentRecords(decodeSegment(bytes))]);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#moved.push(resolve));
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => (this.#aedes ? this.#aedes.close(() => resolve()) : resolve()));
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(epoch = ""): void {
    const receipt = this.receipt?.(epoch);
    this.#send("ack", encodeAck({ head: null, reason: "hello", ...(receipt ? { receipt } : {}) }));
    for (const { leaf, payload } of this.orders) this.#send(leaf, payload);
  }

  #send(leaf: "ack" | "config" | "command", payload: Uint8Array): void {
    const packet = { cmd: "publish", qos: 1, dup: false, retain: false } as const;
    this.#aedes?.publish(
      { ...packet, topic: topicOf(GATEWAY, leaf), payload: Buffer.from(payload) },
      () => {},
    );
  }
}

let folder: string;
let county: County;
let broker: TlsBroker;
let child: ChildProcess | null = null;
let log = "";

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-mtls-"));
  writeFileSync(join(folder, "gateway.yaml"), CONFIG);
  county = await County.found();
  broker = new TlsBroker(county);
  await broker.listen();
  county.broker = { host: "127.0.0.1", port: broker.port };
});
afterEach(async () => {
  const running = child;
  child = null;
  if (running && running.exitCode === null) {
    // The whole group: faketime is a process of its own.
    process.kill(-(running.pid ?? 0), "SIGKILL");
    await once(running, "close");
  }
  await broker.close();
  rmSync(folder, { recursive: true });
});

/** Enrols with a county, without its service. */
async function enrolWith(who: County): Promise<void> {
  const dataDir = join(folder, "data");
  mkdirSync(dataDir, { recursive: true });
  const enrolment = await who.enrolment(fileKeyStore(join(dataDir, "gateway.key")).publicKeyDer);
  keepEnrolment(dataDir, { ...enrolment, server: "127.0.0.1:1", claim: "" });
}

function run(env: Readonly<Record<string, string>> = {}, ...before: string[]): Promise<void> {
  const [command = process.execPath, ...args] = [
    ...before,
    process.execPath,
    main,
    "run",
    "--config",
    join(folder, "gateway.yaml"),
  ];
  log = "";
  const started = spawn(command, args, {
    env: { ...process.env, ...env },
    detached: true,
  });
  child = started;
  return new Promise((resolve) => {
    for (const stream of [started.stdout, started.stderr])
      stream.on("data", (chunk) => {
        log += chunk;
        if (log.includes("uplink down")) resolve();
      });
  });
}

async function gateway(command: string) {
  const tool = spawn(process.execPath, [main, command, "--config", join(folder, "gateway.yaml")]);
  let out = "";
  for (const stream of [tool.stdout, tool.stderr])
    stream.on("data", (chunk) => {
      out += chunk;
    });
  await once(tool, "close");
  return out;
}
const segments = () => broker.heard.filter(({ leaf }) => leaf === "segment").length;

describe("an enrolled gateway", () => {
  it("provesItsNameAndSendsItsJournal", async () => {
    await enrolWith(county);
    void run();
    await broker.until(() => segments() > 0);
    expect(broker.heard.slice(0, 2)).toEqual([
      { leaf: "status", name: GATEWAY },
      { leaf: "hello", name: GATEWAY },
    ]);
    expect(await gateway("doctor")).toMatch(/^ok {3}broker: mqtts:.*the running gateway is connected$/m);
  });

  it.each(["1970-01-01 00:10:00", "2039-07-01 00:00:00"])("connectsWhileItsClockSays %s", async (moment) => {
    await enrolWith(county);
    void run({ FAKETIME_DONT_FAKE_MONOTONIC: "1" }, FAKETIME, "-f", `@${moment}`);
    await broker.until(() => segments() > 0);
    expect(log).toContain("uplink connected");
    const loggedMs = Number(/"time":(\d+)/.exec(log)?.[1]);
    expect(Math.abs(loggedMs - Date.parse(`${moment}Z`))).toBeLessThan(60_000);
  });

  it("keepsTheReceiptsAndObeysTheOrdersOfItsCloudOnly", async () => {
    await enrolWith(county);
    const order = (number: number, text: string, signer = county.signer) =>
      encodeOrder({ gateway: GATEWAY, number, utcMs: 1, kind: "command", text }, signer);
    const stranger = await County.found();
    broker.orders = [
      { leaf: "command", payload: order(1, "report-status") },
      { leaf: "command", payload: order(1, "report-status") },
      { leaf: "command", payload: order(2, "report-status", stranger.signer) },
    ];
    broker.receipt = (epoch) =>
      encodeReceipt(
        { gateway: GATEWAY, head: { epoch, seq: 1, hash: "ab".repeat(32) }, utcMs: 1 },
        county.signer,
      );
    void run();
    await broker.until(() => broker.heard.filter(({ leaf }) => leaf === "status").length === 2);
    await broker.until(() => segments() > 0);
    expect(await gateway("receipts")).toMatch(/epoch [0-9a-f]{16} {2}segment 1 {2}(ab){32} {2}\/.*\.cose$/m);
    expect(log.match(/"reason":"order"/g)?.length).toBe(1);
    expect(broker.heard.filter(({ leaf }) => leaf === "status").length).toBe(2);
  });

  it("putsAnOrderedConfigurationInPlaceOnceItHasStoodItsTrial", async () => {
    await enrolWith(county);
    const order = (number: number, text: string) =>
      encodeOrder({ gateway: GATEWAY, number, utcMs: 1, kind: "config", text }, county.signer);
    const wanted = `${CONFIG}segments: { everyMs: 60000 }\n`;
    broker.orders = [
      { leaf: "config", payload: order(1, "nonsense: true") },
      { leaf: "config", payload: order(2, wanted) },
    ];
    const file = join(folder, "gateway.yaml");
    void run();
    const notes = () =>
      broker.records().flatMap((record) => (record.type === "event" ? [[record.event, record.note]] : []));
    await broker.until(() => notes().some(([event]) => event === "config-applied"));
    await expect.poll(() => readFileSync(file, "utf8"), { timeout: TRIAL_MAX_MS }).toBe(wanted);
    expect(notes()).toContainEqual([
      "config-rolled-back",
      expect.stringMatching(/^[0-9a-f]{12}: CONFIG_INVALID/),
    ]);
    expect(readFileSync(`${file}.previous`, "utf8")).toBe(CONFIG);
  }, 180_000);

  it("goesBackToTheBrokerThatAnsweredWhenAnOrderedOneDoesNot", async () => {
    await enrolWith(county);
    const text = `broker: { host: 127.0.0.1, port: 1 }\n${CONFIG}`;
    const order = { gateway: GATEWAY, number: 1, utcMs: 1, kind: "config", text } as const;
    broker.orders = [{ leaf: "config", payload: encodeOrder(order, county.signer) }];
    // The minute of the trial takes three seconds.
    void run({ FAKETIME_DONT_FAKE_MONOTONIC: "0" }, FAKETIME, "-f", "+0 x20");
    const notes = () =>
      broker.records().flatMap((record) => (record.type === "event" ? [[record.event, record.note]] : []));
    await broker.until(() => notes().some(([event]) => event === "config-rolled-back"));
    expect(notes()).toContainEqual(["config-rolled-back", expect.stringMatching(/the cloud did not answer/)]);
    expect(broker.heard.filter(({ leaf }) => leaf === "hello").length).toBeGreaterThanOrEqual(2);
    expect(readFileSync(join(folder, "gateway.yaml"), "utf8")).toBe(CONFIG);
  }, 180_000);

  it("tellsNothingToABrokerOfAnotherCa", async () => {
    const stranger = await County.found();
    const theirs = new TlsBroker(stranger);
    await theirs.listen();
    county.broker = { host: "127.0.0.1", port: theirs.port };
    await enrolWith(county);
    await run();
    expect(log).toMatch(/the broker's certificate is not of the county's CA/);
    expect(theirs.heard).toEqual([]);
    expect(await gateway("doctor")).toMatch(/^FAIL broker: .*not of the county's CA/m);
    await theirs.close();
  });

  it("tellsNothingToAnotherGatewayThatPlaysTheBroker", async () => {
    const named = await County.found(["gw-000002"]);
    const theirs = new TlsBroker(named);
    await theirs.listen();
    named.broker = { host: "127.0.0.1", port: theirs.port };
    await enrolWith(named);
    await run();
    expect(log).toMatch(/the broker's certificate is for another name/);
    expect(theirs.heard).toEqual([]);
    await theirs.close();
  });

  it("saysWhyTheBrokerRefusesIt", async () => {
    const stranger = await County.found();
    const theirs = new TlsBroker({ server: county.server, caPem: stranger.caPem });
    await theirs.listen();
    county.broker = { host: "127.0.0.1", port: theirs.port };
    await enrolWith(county);
    await run();
    expect(log).toMatch(/does not accept this gateway's certificate/);
    expect(await gateway("doctor")).toMatch(/^FAIL broker: .*does not accept this gateway's certificate/m);
    await theirs.close();
  });

  it("journalsOnWithoutAnyEnrolmentWhereItsNameIsConfigured", async () => {
    writeFileSync(join(folder, "gateway.yaml"), `gateway: ${GATEWAY}\n${CONFIG}`);
    await run();
    expect(log).toMatch(/gateway started/);
    expect(log).toMatch(/NOT_ENROLLED/);
    await enrolWith(county);
    await broker.until(() => segments() > 0);
  });
});
