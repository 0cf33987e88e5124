import { readFileSync } from "node:fs";
import { type Link, openLink } from "@sealwatch/gateway";
import { seededRandom, silentLogger, systemClock } from "@sealwatch/platform";
import {
  type DecodedPoint,
  type DevicePoint,
  type DeviceProfile,
  decodePoint,
  deviceProfilesDirectory,
  dlt645RawOf,
  planDlt645Reads,
  planReads,
  QUALITY,
  qualityName,
  ratiosOf,
  rawOf,
  readDeviceProfile,
  toValue,
} from "@sealwatch/protocols";
import { afterEach, expect, it } from "vitest";
import { startStillSite } from "./simulated-site.ts";

const LINE = { baud: 9600, parity: "even", turnaroundMs: 1 } as const;

/** Unit or address in `all-devices`, and the profile that must read it. */
const MODBUS: readonly [string, number][] = [
  ["eastron/sdm630", 1],
  ["eastron/sdm72", 2],
  ["eastron/sdm120", 3],
  ["chint/dtsu666", 4],
  ["schneider/iem3155", 5],
  ["acrel/adl400", 6],
  ["acrel/adw300", 7],
  ["inepro/pro380", 8],
  ["janitza/b23", 9],
  ["waveshare/modbus-rtu-io-8ch", 10],
  ["waveshare/modbus-rtu-analog-input-8ch", 11],
  ["generic/tvoc-board", 12],
  ["evikon/e2638-pid", 13],
  ["generic/xy-md02", 14],
  ["carlo-gavazzi/vmu-mc", 15],
  ["generic/tuf-2000m", 16],
];
const DLT645: readonly [string, string][] = [
  ["generic/dlt645-single-phase", "000000000161"],
  ["generic/dlt645-three-phase", "201000000012"],
];

/** What one phase sees is what the others' meters of one phase see; in kWh, a third of it all. */
const IMPORT_KWH = new Map([
  ["eastron/sdm120", 1040.2],
  ["generic/dlt645-single-phase", 1040.2],
]);

/** Half a watt on the secondary side of 20:1. */
const LAST_DIGIT = new Map([["acrel/adl400", 10]]);

const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function openLine(kind: "modbus-rtu-tcp" | "dlt645-tcp"): Promise<Link> {
  const site = await startStillSite({ kind: "line-tcp", host: "127.0.0.1", port: 0, ...LINE });
  open.push(site.close);
  const where = { id: "line", kind, host: "127.0.0.1", port: site.port ?? 0 };
  const link = openLink(
    { ...where, ...LINE, timeoutMs: 30_000, stopBits: 1, echo: false },
    { clock: systemClock, lineClock: systemClock, random: seededRandom(1), log: silentLogger() },
  );
  open.push(() => link.close());
  return link;
}

function profileOf(name: string): DeviceProfile {
  return readDeviceProfile(name, readFileSync(new URL(`${name}.yaml`, deviceProfilesDirectory), "utf8"));
}

type Raw = ReadonlyMap<DevicePoint, readonly number[]>;

async function readModbus(link: Link, profile: DeviceProfile, unit: number): Promise<Raw> {
  const raw = new Map<DevicePoint, readonly number[]>();
  for (const read of planReads(profile.points, profile.limits)) {
    const reply = await link.transact({ kind: "modbus-read", unit, read: read.request });
    if (!("values" in reply))
      throw new Error(`${profile.model}: ${JSON.stringify(read.request)} not answered`);
    for (const point of read.points) raw.set(point, rawOf(read, point, reply.values));
  }
  return raw;
}

async function readDlt645(link: Link, profile: DeviceProfile, address: string): Promise<Raw> {
  const raw = new Map<DevicePoint, readonly number[]>();
  for (const { di, points } of planDlt645Reads(profile.points)) {
    const reply = await link.transact({ kind: "dlt645-read", address, identifier: di });
    if (!("data" in reply)) throw new Error(`${profile.model}: ${di} not answered`);
    for (const point of points) raw.set(point, dlt645RawOf(point, reply.data));
  }
  return raw;
}

/** Watts and kilowatt-hours, whatever the profile keeps. */
const IN_BASE_UNIT: Readonly<Record<string, number>> = { kW: 1000, Wh: 0.001 };

/** Every point by id, on the primary side. Throws for one that is not good. */
function decoded(profile: DeviceProfile, raw: Raw): ReadonlyMap<string, number> {
  const shown = (point: DevicePoint, { scaled }: DecodedPoint) =>
    scaled === null ? null : toValue(scaled, point.decimals);
  const own = Object.fromEntries(
    [...raw]
      .filter(([{ kind }]) => kind === "ct-ratio" || kind === "pt-ratio")
      .map(([point, words]) => [point.id, shown(point, decodePoint(point, words))]),
  );
  const ratios = ratiosOf(profile.points, own, { ct: 1, pt: 1 });
  const values = new Map<string, number>();
  for (const [point, words] of raw) {
    const reading = decodePoint(point, words, ratios);
    const value = shown(point, reading);
    if (reading.quality !== QUALITY.good || value === null)
      throw new Error(`${profile.model} ${point.id}: ${qualityName(reading.quality)} from ${words}`);
    values.set(point.id, value * (IN_BASE_UNIT[point.unit] ?? 1));
  }
  return values;
}

/** The plant stands still, so that all meters of the incomer must show the same within their last digit. */
function compare(name: string, values: ReadonlyMap<string, number>, reference: ReadonlyMap<string, number>) {
  for (const quantity of ["voltage", "current", "power"])
    for (const phase of ["l1", "l2", "l3", "total"]) {
      const id = `${quantity}-${phase}`;
      const [value, expected] = [values.get(id), reference.get(id)];
      if (value === undefined || expected === undefined) continue;
      if (phase === "total" && IMPORT_KWH.has(name)) continue;
      expect(Math.abs(value - expected), `${name} ${id}`).toBeLessThan(
        (LAST_DIGIT.get(name) ?? 0.5) + 0.02 * Math.abs(expected),
      );
    }
  if (values.has("energy-import"))
    expect(values.get("energy-import"), name).toBeCloseTo(IMPORT_KWH.get(name) ?? 3120.6, 0);
  if (values.has("frequency")) expect(values.get("frequency"), name).toBeCloseTo(50, 0);
}

it("theTariffsOfAMeterComeInTwoFramesAndAreJoined", async () => {
  const link = await openLine("dlt645-tcp");
  const read = (identifier: string) =>
    link.transact({ kind: "dlt645-read", address: "201000000012", identifier });
  const [total, tariffs] = [await read("00010000"), await read("0001FF00")];
  if (!("data" in total && "data" in tariffs)) throw new Error("not answered");
  expect(tariffs.data).toHaveLength(64 * 4);
  expect(tariffs.data.slice(0, 4)).toEqual(total.data);
  expect(tariffs.data.slice(4, 8)).toEqual(total.data);
});

it("everyProfileReadsItsDeviceAndAllMetersAgree", async () => {
  const seen = new Map<string, ReadonlyMap<string, number>>();
  const modbus = await openLine("modbus-rtu-tcp");
  for (const [name, unit] of MODBUS) {
    const profile = profileOf(name);
    seen.set(name, decoded(profile, await readModbus(modbus, profile, unit)));
  }
  const dlt645 = await openLine("dlt645-tcp");
  for (const [name, address] of DLT645) {
    const profile = profileOf(name);
    seen.set(name, decoded(profile, await readDlt645(dlt645, profile, address)));
  }
  const reference = seen.get("eastron/sdm630");
  if (!reference) throw new Error("the reference meter was not read");
  for (const [name, values] of seen) compare(name, values, reference);
  expect(seen.get("carlo-gavazzi/vmu-mc")?.get("water-volume")).toBe(411.2);
  expect(seen.get("generic/xy-md02")?.get("temperature")).toBe(
    seen.get("generic/tvoc-board")?.get("temperature"),
  );
});
