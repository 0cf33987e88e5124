import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { seededRandom, silentLogger, systemClock } from "@sealwatch/platform";
import {
  deviceProfilesDirectory,
  encodeDlt645Frame,
  findDlt645Frame,
  type JournalRecord,
  QUALITY,
  readDeviceProfile,
} from "@sealwatch/protocols";
import { expect } from "vitest";
import { epochClock } from "../clock/epoch-clock.ts";
import { Sensing, type SensingConfig } from "./sensing.ts";
import { steadyTest } from "./steady-machine.fixture.ts";

const TIMEOUT_MS = 300;
const it = steadyTest(TIMEOUT_MS / 5);

const NAME = "generic/dlt645-single-phase";
const profile = readDeviceProfile(
  NAME,
  readFileSync(new URL(`${NAME}.yaml`, deviceProfilesDirectory), "utf8"),
);
/** Values on the wire, low byte first: 0.26 kWh, 100.1 V, 4.999 A, 0.2512 kW. */
const HELD: Readonly<Record<string, readonly number[]>> = {
  "00010000": [0x26, 0, 0, 0],
  "02010100": [0x01, 0x10],
  "02020100": [0x99, 0x49, 0x00],
  "02030000": [0x12, 0x25, 0x00],
};

it("readsAStateGridMeterThatSpeaksOnlyDlt645AndSaysWhatItRefuses", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes: Uint8Array) => {
      const found = findDlt645Frame(bytes);
      if (found.kind !== "frame" || found.frame.address !== "000000000161") return;
      const { address, data } = found.frame;
      const di = Array.from(data.toReversed(), (byte) => byte.toString(16).padStart(2, "0")).join("");
      const value = HELD[di.toUpperCase()];
      const answer = value
        ? { address, control: 0x91, data: Uint8Array.from([...data, ...value]) }
        : { address, control: 0xd1, data: Uint8Array.of(2) };
      socket.write(encodeDlt645Frame(answer, { wakeUp: true }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const listening = server.address();
  const port = typeof listening === "object" && listening ? listening.port : 0;
  const points = ["energy-import", "voltage-l1", "current-l1", "power-total", "frequency"];
  const config: SensingConfig = {
    links: [
      {
        id: "meters",
        kind: "dlt645-tcp",
        host: "127.0.0.1",
        port,
        timeoutMs: TIMEOUT_MS,
        baud: 9600,
        parity: "even",
        stopBits: 1,
        turnaroundMs: 0,
        echo: false,
      },
    ],
    devices: ["000000000161", "000000000162"].map((address) => ({
      id: `meter-${address.at(-1)}`,
      link: "meters",
      address,
      profile,
      intervalMs: 1_000,
      supply: "own-feeder" as const,
      points,
      contacts: {},
    })),
    limits: { lostAfterMisses: 1, probeFirstMs: 1_000, probeMaxMs: 1_000, debouncePolls: 2, debounceMs: 50 },
  };
  const records: JournalRecord[] = [];
  const stop = new AbortController();
  const sensing = new Sensing(
    config,
    { slowestMs: 0, staggered: true },
    {
      clock: epochClock(systemClock),
      lineClock: systemClock,
      random: seededRandom(1),
      log: silentLogger(),
      append: (record) => {
        records.push(record);
        // The meter that never answers is lost: both have been polled.
        if (record.type === "event") stop.abort();
      },
    },
  );
  await sensing.run(stop.signal);
  const samples = records.filter((record) => record.type === "sample");
  const scaledOf = (id: string) => profile.points.find((point) => point.id === id)?.decimals ?? 0;
  const first = samples.find(({ channels }) => channels[0] === 1);
  const read = Object.fromEntries(
    (first?.channels ?? []).map((channel, index) => {
      const id = profile.points.filter(({ id: one }) => points.includes(one))[channel - 1]?.id ?? "";
      return [id, { scaled: first?.scaled[index], quality: first?.qualities[index] }];
    }),
  );
  const good = (id: string, value: number) => ({
    scaled: Math.round(value * 10 ** scaledOf(id)),
    quality: QUALITY.good,
  });
  expect(read["energy-import"]).toEqual(good("energy-import", 0.26));
  expect(read["voltage-l1"]).toEqual(good("voltage-l1", 100.1));
  expect(read["current-l1"]).toEqual(good("current-l1", 4.999));
  expect(read["power-total"]?.quality).toBe(QUALITY.good);
  expect(read["frequency"]).toEqual({ scaled: null, quality: 18 });
  expect(records.find(({ type }) => type === "event")).toMatchObject({
    event: "device-lost",
    device: "meter-2",
  });
  expect(sensing.links()["meters"]?.devices["meter-1"]?.answered).toBeGreaterThan(0);
  await new Promise((resolve) => server.close(resolve));
});
