import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { seededRandom, silentLogger, sleepMs, systemClock } from "@sealwatch/platform";
import {
  decodeModbusRequest,
  deviceProfilesDirectory,
  encodeMbap,
  encodeRegistersResponse,
  type JournalRecord,
  readDeviceProfile,
  type SampleRecord,
  splitMbap,
} from "@sealwatch/protocols";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { epochClock } from "../clock/epoch-clock.ts";
import type { DeviceConfig } from "../config/gateway-config.ts";
import { Sensing } from "./sensing.ts";
import { steadyTest } from "./steady-machine.fixture.ts";

const TIMEOUT_MS = 60;
const it = steadyTest(TIMEOUT_MS / 5);

const CT_RATIO = 0x008e;
const PT_RATIO = 0x008d;
const POWER_TOTAL_LOW = 0x016b;
const LOOP_INPUT_1 = 0;

/** One Modbus TCP unit: what its registers hold, and every address that it was asked for. */
let registers: Map<number, number>;
let asked: number[];
let silent = false;
let server: Server;
const sockets = new Set<Socket>();

beforeEach(async () => {
  registers = new Map();
  asked = [];
  silent = false;
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes: Uint8Array) => {
      for (const { transactionId, unit, pdu } of splitMbap(bytes).frames) {
        const request = decodeModbusRequest(pdu);
        if (silent || "exception" in request) continue;
        asked.push(request.address);
        const data = new Uint8Array(request.quantity * 2);
        const view = new DataView(data.buffer);
        for (let index = 0; index < request.quantity; index++)
          view.setUint16(index * 2, registers.get(request.address + index) ?? 0);
        socket.write(
          encodeMbap({ transactionId, unit, pdu: encodeRegistersResponse(request.functionCode, data) }),
        );
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const profileOf = (name: string) =>
  readDeviceProfile(name, readFileSync(new URL(`${name}.yaml`, deviceProfilesDirectory), "utf8"));

/** Senses one device while `script` runs. */
async function sense(
  device: Partial<DeviceConfig> & Pick<DeviceConfig, "profile">,
  script: (records: readonly JournalRecord[]) => Promise<void>,
) {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const records: JournalRecord[] = [];
  const rest = { id: "meter-1", link: "bus-1", unit: 1, intervalMs: 100, supply: "auxiliary" } as const;
  const sensing = new Sensing(
    {
      links: [{ id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port, timeoutMs: TIMEOUT_MS }],
      devices: [{ ...rest, contacts: {}, ...device }],
      limits: { lostAfterMisses: 2, probeFirstMs: 100, probeMaxMs: 100, debouncePolls: 2, debounceMs: 20 },
    },
    { slowestMs: 0, staggered: true },
    {
      clock: epochClock(systemClock),
      lineClock: systemClock,
      random: seededRandom(1),
      log: silentLogger(),
      append: (record) => records.push(record),
    },
  );
  sensing.appendChannels();
  const stop = new AbortController();
  const done = sensing.run(stop.signal);
  await script(records);
  stop.abort();
  await done;
  sensing.cutRuns();
  return records;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleepMs(systemClock, 5);
}
const samples = (records: readonly JournalRecord[]) =>
  records.filter((record): record is SampleRecord => record.type === "sample");
const events = (records: readonly JournalRecord[]) => records.filter((record) => record.type === "event");

describe("what a meter says of itself", () => {
  const meter = { profile: profileOf("acrel/adl400"), points: ["power-total"] };
  beforeEach(() => {
    registers.set(CT_RATIO, 40).set(PT_RATIO, 1).set(POWER_TOTAL_LOW, 1_250);
  });
  const ratioReads = () => asked.filter((address) => address === PT_RATIO).length;
  /** Channel 3 is the power, 1 and 2 are the ratios, in the order of the profile. */
  const powers = (records: readonly JournalRecord[]) => {
    const [list] = records;
    const channel =
      list?.type === "channels" ? list.channels.find(({ point }) => point === "power-total")?.id : 0;
    return samples(records)
      .filter(({ channels }) => channels[0] === channel)
      .map(({ scaled }) => scaled[0]);
  };

  it("isReadBeforeTheFirstValueAndNotWithEveryPoll", async () => {
    const records = await sense(meter, (so) => until(() => powers(so).length >= 8));
    expect(powers(records).every((watts) => watts === 50_000)).toBe(true);
    expect(ratioReads()).toBe(2);
    expect(events(records)).toEqual([]);
    const [list] = records;
    if (list?.type !== "channels") throw new Error("no channels");
    expect(list.channels.map(({ kind, intervalMs }) => [kind, intervalMs])).toEqual([
      ["pt-ratio", 600_000],
      ["ct-ratio", 600_000],
      ["active-power", 100],
    ]);
  });

  it("isAnEventWhenItChangedWhileTheMeterWasGone", async () => {
    const records = await sense(meter, async (so) => {
      await until(() => powers(so).length >= 2);
      silent = true;
      await until(() => events(so).length === 1);
      registers.set(CT_RATIO, 80);
      silent = false;
      await until(() => powers(so).at(-1) === 100_000);
    });
    expect(events(records)).toMatchObject([
      { event: "device-lost" },
      { event: "device-regained" },
      { event: "ratio-changed", device: "meter-1", value: 80, note: "40 → 80" },
    ]);
    expect(new Set(powers(records))).toEqual(new Set([50_000, null, 100_000]));
  });

  it("isAnEventAtFirstContactWhenItIsNotAsConfigured", async () => {
    const records = await sense({ ...meter, ctRatio: 20 }, (so) => until(() => powers(so).length >= 2));
    expect(events(records)).toMatchObject([{ event: "ratio-changed", note: "20 → 40" }]);
    expect(powers(records)[0]).toBe(50_000);
  });
});

describe("a supervised seal loop", () => {
  const seal = { supplyV: 24, seriesOhm: 250, closedOhm: 1_000, openOhm: 3_300, tolerance: 0.2 };
  const ohm = (far: number) => Math.round((24_000 / (250 + far)) * 1_000);

  it("isChangesAndProofOfPollingAndUnprovenBetweenTheStates", async () => {
    const profile = profileOf("waveshare/modbus-rtu-analog-input-8ch");
    const device = { profile, points: ["ai2"], sealLoops: { ai1: { ...seal, label: "封条 S1" } } };
    registers.set(LOOP_INPUT_1, ohm(1_000));
    const records = await sense(device, async (so) => {
      await until(() => events(so).length === 1);
      registers.set(LOOP_INPUT_1, ohm(2_000));
      await until(() => so.some(({ type }) => type === "run"));
      registers.set(LOOP_INPUT_1, 0);
      await until(() => events(so).length === 2);
    });
    const [list] = records;
    if (list?.type !== "channels") throw new Error("no channels");
    expect(list.channels[0]).toMatchObject({
      point: "ai1",
      kind: "seal-loop",
      contact: { role: "seal", normal: 1 },
      label: "封条 S1",
    });
    expect(samples(records).some(({ channels }) => channels.includes(1))).toBe(false);
    expect(events(records)).toMatchObject([
      { event: "contact-changed", channel: 1, value: 1, note: "initial" },
      { event: "contact-changed", channel: 1, value: 2 },
    ]);
    const runs = records.filter((record) => record.type === "run");
    expect(runs.map(({ value }) => value)).toEqual([1, 2]);
  });
});
