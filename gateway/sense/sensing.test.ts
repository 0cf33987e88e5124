import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { seededRandom, silentLogger, sleepMs, systemClock } from "@sealwatch/platform";
import {
  decodeModbusRequest,
  deviceProfilesDirectory,
  encodeBitsResponse,
  encodeExceptionResponse,
  encodeMbap,
  encodeRegistersResponse,
  type JournalRecord,
  QUALITY,
  readDeviceProfile,
  type SampleRecord,
  splitMbap,
} from "@sealwatch/protocols";
import { afterEach, describe, expect } from "vitest";
import { epochClock } from "../clock/epoch-clock.ts";
import type { DeviceConfig, GatewayConfig } from "../config/gateway-config.ts";
import { ModbusTcpLink } from "./modbus-tcp-link.ts";
import { Sensing } from "./sensing.ts";
import { always, steadyTest } from "./steady-machine.fixture.ts";

const TIMEOUT_MS = 150;
const it = steadyTest(TIMEOUT_MS / 5);
const READ = { functionCode: 4, address: 0, quantity: 2 } as const;

/** What a line of units answers to each; null is silence. */
type Units = Record<
  number,
  "f32" | "silent" | "exception" | "hang-up" | "bits" | "noisy-bits" | "no-0034" | "late"
>;

class Peer {
  readonly units: Units;
  readonly requests: { unit: number; atMs: number }[] = [];
  readonly sockets = new Set<Socket>();
  #server: Server;

  constructor(units: Units) {
    this.units = units;
    this.#server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      socket.on("data", (bytes) => this.#answer(socket, bytes));
    });
  }

  async listen(port = 0): Promise<number> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(socket: Socket, bytes: Uint8Array): void {
    for (const { transactionId, unit, pdu } of splitMbap(bytes).frames) {
      this.requests.push({ unit, atMs: performance.now() });
      const how = this.units[unit] ?? "silent";
      if (how === "hang-up") socket.destroy();
      const request = decodeModbusRequest(pdu);
      if (how === "silent" || how === "hang-up" || "exception" in request) continue;
      const reply = (response: Uint8Array) =>
        socket.write(encodeMbap({ transactionId, unit, pdu: response }));
      if (how === "exception") reply(encodeExceptionResponse(request.functionCode, 2));
      else if (how === "no-0034" && request.address <= 0x34 && request.address + request.quantity > 0x34)
        reply(encodeExceptionResponse(request.functionCode, 2));
      else if (how === "noisy-bits") {
        const noise = this.requests.length % 4 === 0 ? 1 : 0;
        reply(encodeBitsResponse(2, Uint8Array.of(noise, 0, 0, 0, 0, 0, 0, 0)));
      } else if (how === "bits") reply(encodeBitsResponse(2, Uint8Array.of(1, 0, 1, 1, 1, 0, 0, 0)));
      else {
        const data = new Uint8Array(request.quantity * 2);
        const view = new DataView(data.buffer);
        for (let index = 0; index < request.quantity; index += 2) view.setFloat32(index * 2, unit);
        const send = () => reply(encodeRegistersResponse(request.functionCode, data));
        if (how === "late") setTimeout(send, TIMEOUT_MS * 1.3);
        else send();
      }
    }
  }
}

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function line(units: Units): Promise<{ peer: Peer; port: number }> {
  const peer = new Peer(units);
  open.push(peer);
  return { peer, port: await peer.listen() };
}

const linkConfig = (port: number) =>
  ({ id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port, timeoutMs: TIMEOUT_MS }) as const;
const parts = { clock: systemClock, lineClock: systemClock, random: seededRandom(1), log: silentLogger() };

function linkTo(port: number): ModbusTcpLink {
  const link = new ModbusTcpLink(linkConfig(port), parts);
  open.push(link);
  return link;
}

describe("a Modbus TCP link", () => {
  it("readsThroughOneSocketAndTellsSilenceExceptionAndValueApart", async () => {
    const { peer, port } = await line({ 1: "f32", 2: "silent", 3: "exception" });
    const link = linkTo(port);
    const answers = await Promise.all([
      link.transact({ kind: "modbus-read", unit: 1, read: READ }),
      link.transact({ kind: "modbus-read", unit: 2, read: READ }),
      link.transact({ kind: "modbus-read", unit: 3, read: READ }),
      link.transact({ kind: "modbus-read", unit: 1, read: READ }),
    ]);
    expect(
      answers.map((answer) =>
        "values" in answer ? answer.values : "quality" in answer ? answer.quality : null,
      ),
    ).toEqual([[0x3f80, 0], QUALITY.noAnswer, 18, [0x3f80, 0]]);
    expect(peer.sockets.size).toBe(1);
  });

  it("neverTakesALateAnswerForAnother", async () => {
    const { peer, port } = await line({ 1: "late", 2: "f32" });
    const link = linkTo(port);
    expect(await link.transact({ kind: "modbus-read", unit: 1, read: READ })).toMatchObject({
      quality: QUALITY.noAnswer,
    });
    peer.units[1] = "f32";
    for (let round = 0; round < 20; round++) {
      const answer = await link.transact({ kind: "modbus-read", unit: 2, read: READ });
      always(!("values" in answer) || answer.values[0] === 0x4000, "unit 2 was asked, another was heard");
      expect(answer).toMatchObject({ values: [0x4000, 0] });
      await sleepMs(systemClock, 5);
    }
  });

  it("endsTheTransactionAtOnceWhenThePeerHangsUpAndDialsAgain", async () => {
    const { peer, port } = await line({ 1: "hang-up" });
    const link = linkTo(port);
    const before = performance.now();
    expect(await link.transact({ kind: "modbus-read", unit: 1, read: READ })).toMatchObject({
      quality: QUALITY.noAnswer,
    });
    expect(performance.now() - before).toBeLessThan(TIMEOUT_MS);
    peer.units[1] = "f32";
    expect(await link.transact({ kind: "modbus-read", unit: 1, read: READ })).toMatchObject({
      values: [0x3f80, 0],
    });
  });

  it("asksNobodyWhileARefusedDialBacksOff", async () => {
    const { peer, port } = await line({});
    await peer.close();
    const link = linkTo(port);
    expect(await link.transact({ kind: "modbus-read", unit: 1, read: READ })).toMatchObject({
      quality: QUALITY.noAnswer,
    });
    await expect(once(connect(port, "127.0.0.1"), "connect")).rejects.toThrow();
    const before = performance.now();
    for (let round = 0; round < 50; round++)
      await link.transact({ kind: "modbus-read", unit: 1, read: READ });
    expect(performance.now() - before).toBeLessThan(TIMEOUT_MS);
  });
});

const profileOf = (name: string) =>
  readDeviceProfile(name, readFileSync(new URL(`${name}.yaml`, deviceProfilesDirectory), "utf8"));

function device(id: string, unit: number, change: Partial<DeviceConfig> = {}): DeviceConfig {
  return {
    id,
    link: "bus-1",
    unit,
    profile: profileOf("eastron/sdm630"),
    intervalMs: 300,
    supply: "auxiliary",
    points: ["power-total"],
    contacts: {},
    ...change,
  };
}

async function sense(port: number, devices: DeviceConfig[], forMs: number, during?: () => void) {
  const config = {
    links: [linkConfig(port)],
    devices,
    limits: { lostAfterMisses: 3, probeFirstMs: 100, probeMaxMs: 100, debouncePolls: 2, debounceMs: 20 },
  } as unknown as GatewayConfig;
  const records: JournalRecord[] = [];
  const clock = epochClock(systemClock);
  const sensing = new Sensing(
    config,
    { slowestMs: 0, staggered: true },
    {
      ...parts,
      clock,
      append: (record) => records.push(record),
    },
  );
  const stop = new AbortController();
  const done = sensing.run(stop.signal);
  await sleepMs(systemClock, forMs / 2);
  during?.();
  await sleepMs(systemClock, forMs / 2);
  stop.abort();
  await done;
  sensing.cutRuns();
  return { records, counters: sensing.counters() };
}

const samplesOf = (records: readonly JournalRecord[], channel: number) =>
  records.filter(
    (record): record is SampleRecord => record.type === "sample" && record.channels.includes(channel),
  );

describe("sensing", () => {
  it("aDeadDeviceDelaysItsNeighboursByAtMostOneTimeoutACycle", async () => {
    const { peer, port } = await line({ 1: "f32", 2: "silent", 3: "f32" });
    const { records } = await sense(port, [device("a", 1), device("b", 2), device("c", 3)], 3_000);
    for (const channel of [1, 3]) {
      const samples = samplesOf(records, channel);
      expect(samples.every(({ qualities }) => qualities[0] === QUALITY.good)).toBe(true);
      const gaps = samples.slice(1).map(({ atMs }, index) => atMs - (samples[index]?.atMs ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(300 + TIMEOUT_MS + 60);
    }
    const dead = samplesOf(records, 2);
    expect(dead.length).toBeGreaterThan(7);
    expect(
      dead.every(({ qualities, scaled }) => qualities[0] === QUALITY.noAnswer && scaled[0] === null),
    ).toBe(true);
    const events = records.filter((record) => record.type === "event");
    expect(events).toMatchObject([{ event: "device-lost", device: "b" }]);
    expect(peer.requests.filter(({ unit }) => unit === 2).length).toBeLessThanOrEqual(dead.length);
  });

  it("aDeviceThatComesBackIsRegainedOnce", async () => {
    const { peer, port } = await line({ 1: "silent" });
    const { records } = await sense(port, [device("a", 1, { intervalMs: 100 })], 2_400, () => {
      peer.units[1] = "f32";
    });
    const events = records.flatMap((record) => (record.type === "event" ? [record.event] : []));
    expect(events).toEqual(["device-lost", "device-regained"]);
    expect(samplesOf(records, 1).at(-1)?.scaled).toEqual([10]);
  });

  it("contactsAreEventsAndProofOfPollingNeverSamples", async () => {
    const { port } = await line({ 2: "bits" });
    const contacts = {
      di1: { role: "seal", label: "封条 S1", normal: 1 },
      di2: { role: "door", label: "门", normal: 1 },
    } as const;
    const io = device("io", 2, {
      profile: profileOf("waveshare/modbus-rtu-io-8ch"),
      contacts,
      intervalMs: 100,
    });
    const { records } = await sense(port, [{ ...io, points: undefined }], 1_000);
    expect(records.filter(({ type }) => type === "sample")).toEqual([]);
    expect(records.filter(({ type }) => type === "event")).toMatchObject([
      { event: "contact-changed", channel: 1, value: 1, note: "initial" },
      { event: "contact-changed", channel: 2, value: 0, note: "initial" },
    ]);
    expect(records.filter(({ type }) => type === "run")).toMatchObject([
      { channel: 1, value: 1 },
      { channel: 2, value: 0 },
    ]);
  });

  it("aNoisyPollIsNoEventAndNoProofWhileTheOthersAre", async () => {
    const { port, peer } = await line({ 2: "noisy-bits" });
    const contacts = { di2: { role: "door", label: "门", normal: 1 } } as const;
    const profile = profileOf("waveshare/modbus-rtu-io-8ch");
    const io = device("io", 2, { profile, contacts, intervalMs: 100 });
    const { records } = await sense(port, [{ ...io, points: undefined }], 1_500);
    expect(peer.requests.length).toBeGreaterThan(12);
    const events = records.filter(({ type }) => type === "event");
    expect(events).toMatchObject([{ event: "contact-changed", value: 0, note: "initial" }]);
    const runs = records.filter((record) => record.type === "run");
    const polls = runs.reduce((sum, run) => sum + run.polls, 0);
    expect(polls).toBeLessThanOrEqual(Math.ceil(peer.requests.length * 0.75));
    expect(runs.every(({ value }) => value === 0)).toBe(true);
  });

  it("whatADeviceRefusesAsAWholeIsReadInPartsFromThenOn", async () => {
    const { port, peer } = await line({ 1: "no-0034" });
    const points = ["voltage-l1", "power-l3", "power-total", "power-factor-total", "frequency"];
    const { records } = await sense(port, [device("a", 1, { points })], 1_400);
    const samples = records.filter((record) => record.type === "sample");
    expect(samples.length).toBeGreaterThan(3);
    for (const { scaled, qualities } of samples) {
      expect(scaled[2]).toBeNull();
      expect(qualities[2]).toBe(18);
      expect(scaled.filter((value) => value !== null)).toHaveLength(4);
    }
    const perPoll = peer.requests.length / samples.length;
    expect(perPoll).toBeLessThan(points.length + 1);
  });
});
