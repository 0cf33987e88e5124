import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findDlt645Frame } from "../dlt645/dlt645-frame.ts";
import { decodeDlt645Reply } from "../dlt645/dlt645-read.ts";
import { crc16Modbus } from "../modbus/crc16.ts";
import { decodeModbusRequest } from "../modbus/request.ts";
import { toValue } from "../vocabulary/channel.ts";
import { QUALITY } from "../vocabulary/quality.ts";
import { decodePoint } from "./decode-point.ts";
import { type DevicePoint, isModbusPoint } from "./device-point.ts";
import type { DeviceProfile } from "./device-profile.ts";
import { identityConfidence, identityPoints } from "./identity.ts";
import { dlt645RawOf, planDlt645Reads } from "./plan-dlt645-reads.ts";
import { planReads, rawOf } from "./plan-reads.ts";
import { deviceProfilesDirectory, profileReference, readDeviceProfile } from "./read-profile.ts";

const names = readdirSync(deviceProfilesDirectory, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.replace(/\.yaml$/, ""));
const textOf = (name: string) => readFileSync(new URL(`${name}.yaml`, deviceProfilesDirectory), "utf8");

const bytesOf = (frame: string) => Uint8Array.from(frame.split(" "), (hex) => Number.parseInt(hex, 16));

function unframe(frame: string): Uint8Array {
  const bytes = bytesOf(frame);
  const crc = crc16Modbus(bytes.subarray(0, -2));
  expect([bytes.at(-2), bytes.at(-1)], `CRC of ${frame}`).toEqual([crc & 0xff, crc >> 8]);
  return bytes.subarray(1, -2);
}

function answerOf(pdu: Uint8Array, bits: boolean): number[] {
  const data = [...pdu.subarray(2)];
  expect(pdu[1], "byte count").toBe(data.length);
  if (bits) return data.flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1));
  return Array.from({ length: data.length / 2 }, (_, index) => {
    return (data[2 * index] ?? 0) * 256 + (data[2 * index + 1] ?? 0);
  });
}

type Golden = DeviceProfile["golden"][number];
type RawOf = (point: DevicePoint) => readonly number[];

function modbusRaw({ request, response }: Golden): RawOf {
  const asked = decodeModbusRequest(unframe(request));
  if ("exception" in asked) throw new Error(`${request} is not a read`);
  const pdu = unframe(response);
  expect(pdu[0], "function code").toBe(asked.functionCode);
  const answer = answerOf(pdu, asked.functionCode <= 2);
  return (point) => {
    if (!isModbusPoint(point)) throw new Error(`${point.id} has no register`);
    expect(point.function, point.id).toBe(asked.functionCode);
    return rawOf({ request: asked, points: [point] }, point, answer);
  };
}

function dlt645Raw({ request, response }: Golden): RawOf {
  const [asked, answered] = [request, response].map((frame) => findDlt645Frame(bytesOf(frame)));
  if (asked?.kind !== "frame" || answered?.kind !== "frame") throw new Error(`${request} ${response}`);
  expect(answered.frame.address).toBe(asked.frame.address);
  const di = Array.from(asked.frame.data.toReversed(), (byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
  const reply = decodeDlt645Reply(answered.frame, di);
  if (reply.kind !== "data") throw new Error(`${response} does not answer ${di}`);
  return (point) => {
    if (isModbusPoint(point)) throw new Error(`${point.id} lies in a register`);
    expect(point.di, point.id).toBe(di);
    return dlt645RawOf(point, reply.bytes);
  };
}

function checkGolden(profile: DeviceProfile): void {
  for (const golden of profile.golden) {
    const raw = profile.protocol === "modbus" ? modbusRaw(golden) : dlt645Raw(golden);
    for (const [id, value] of Object.entries(golden.values)) {
      const point = profile.points.find((candidate: DevicePoint) => candidate.id === id);
      if (!point) throw new Error(`no point ${id}`);
      const decoded = decodePoint(point, raw(point), golden.ratios ?? null);
      expect(decoded.scaled === null ? null : toValue(decoded.scaled, point.decimals), id).toBe(value);
      expect(decoded.quality, id).toBe(value === null ? QUALITY.notPresent : QUALITY.good);
    }
  }
}

describe.each(names)("%s", (name) => {
  const profile = readDeviceProfile(name, textOf(name));

  it("has golden frames that decode to what they are known to mean", () => checkGolden(profile));

  it("has points in order of address, each written with its keys in the schema's order", () => {
    const addresses = profile.points
      .filter(isModbusPoint)
      .map(({ function: code, address }) => code * 0x10000 + address);
    expect(addresses).toEqual(addresses.toSorted((left, right) => left - right));
    const order =
      "id kind phase unit function address type wordOrder scale di offset singleDi format signed decimals range " +
      "secondary onRequest priority notNumbers loop";
    const points =
      textOf(name)
        .split(/^points:$/m)[1]
        ?.split(/^\w/m)[0] ?? "";
    for (const [entry] of points.matchAll(/^ {2}- \{[^}]*\}/gm)) {
      const keys = [...entry.matchAll(/(\w+):/g)].map(([, key]) => key);
      expect(keys).toEqual(order.split(" ").filter((key) => keys.includes(key)));
    }
  });

  it("is read whole within its own limits", () => {
    const read = [...planReads(profile.points, profile.limits), ...planDlt645Reads(profile.points)];
    expect(read.flatMap(({ points }) => points as readonly DevicePoint[]).length).toBe(profile.points.length);
  });

  it("says how a scan knows it, and is known by a perfect match", () => {
    const { identity, partOf } = profile;
    // A scan asks lines, and a part of the gateway hangs on none.
    if (partOf) return expect(identityConfidence(profile, {}, { vendor: "another" })).toBe(0);
    const wanted = [
      ...(identity?.points ?? []).map(({ point, ...expected }) => ({ id: point, ...expected })),
      ...(identity?.registers ?? []),
    ];
    const values = Object.fromEntries(
      wanted.map(({ id, equals, range }) => [id, equals ?? range?.[1] ?? null]),
    );
    expect(identityPoints(profile).length).toBe(wanted.length);
    expect(identityConfidence(profile, values, identity?.deviceIdentification)).toBeGreaterThanOrEqual(0.4);
    expect(identityConfidence(profile, {}, { vendor: "another" })).toBeLessThan(0.35);
  });

  it("checks itself wherever it has what a check needs", () => {
    const points: readonly DevicePoint[] = profile.points;
    const kinds = new Set(points.map(({ kind }) => kind));
    const has = new Set(profile.checks.map(({ check }) => check));
    const phases = points.filter(({ kind, phase }) => kind === "active-power" && phase !== "total");
    expect(has.has("sum")).toBe(phases.length === 3);
    expect(has.has("vi-pf")).toBe(kinds.has("current") && kinds.has("active-power"));
    expect(has.has("energy-slope")).toBe(kinds.has("energy-import"));
    const lasting = points.filter(({ kind }) => ["ct-ratio", "pt-ratio", "serial-number"].includes(kind));
    expect(profile.checks.flatMap((check) => (check.check === "unchanged" ? [check.point] : []))).toEqual(
      lasting.map(({ id }) => id).toSorted(),
    );
  });

  it("has a reference that a channel can carry", () => {
    expect(profileReference(profile)).toBe(`${name}@${profile.revision}`);
  });
});

describe("a profile file", () => {
  it("isRefusedWhenItsNameDiffersFromItsContent", () => {
    expect(() => readDeviceProfile("eastron/other", textOf("eastron/sdm630"))).toThrow(/eastron\/other/);
  });

  it("isRefusedWithEveryProblemAtOnce", () => {
    const text = textOf("generic/tvoc-board")
      .replace("type: s16", "type: bit")
      .replace("kind: voc", "kind: smell");
    expect(() => readDeviceProfile("generic/tvoc-board", text)).toThrow(/points\[1\].*[\s\S]*points\[3\]/);
  });
});
