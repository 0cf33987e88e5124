import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { crc16Modbus } from "../modbus/crc16.ts";
import { decodeModbusRequest } from "../modbus/request.ts";
import { toValue } from "../vocabulary/channel.ts";
import { decodePoint } from "./decode-point.ts";
import type { DeviceProfile } from "./device-profile.ts";
import { planReads, rawOf } from "./plan-reads.ts";
import { deviceProfilesDirectory, profileReference, readDeviceProfile } from "./read-profile.ts";

const names = readdirSync(deviceProfilesDirectory, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.replace(/\.yaml$/, ""));
const textOf = (name: string) => readFileSync(new URL(`${name}.yaml`, deviceProfilesDirectory), "utf8");

function unframe(frame: string): Uint8Array {
  const bytes = Uint8Array.from(frame.split(" "), (hex) => Number.parseInt(hex, 16));
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

function checkGolden(profile: DeviceProfile): void {
  for (const { request, response, values } of profile.golden) {
    const asked = decodeModbusRequest(unframe(request));
    if ("exception" in asked) throw new Error(`${request} is not a read`);
    const pdu = unframe(response);
    expect(pdu[0], "function code").toBe(asked.functionCode);
    const answer = answerOf(pdu, asked.functionCode <= 2);
    for (const [id, value] of Object.entries(values)) {
      const point = profile.points.find((candidate) => candidate.id === id);
      if (!point) throw new Error(`no point ${id}`);
      expect(point.function, id).toBe(asked.functionCode);
      const decoded = decodePoint(point, rawOf({ request: asked, points: [point] }, point, answer));
      expect(decoded.scaled === null ? null : toValue(decoded.scaled, point.decimals), id).toBe(value);
    }
  }
}

describe.each(names)("%s", (name) => {
  const profile = readDeviceProfile(name, textOf(name));

  it("has golden frames that decode to what they are known to mean", () => checkGolden(profile));

  it("has points in order of address, each written with its keys in the schema's order", () => {
    const addresses = profile.points.map(({ function: code, address }) => code * 0x10000 + address);
    expect(addresses).toEqual(addresses.toSorted((left, right) => left - right));
    const order = "id kind phase unit function address type wordOrder scale decimals range notNumbers";
    for (const [line] of textOf(name).matchAll(/^ {2}- \{ id: .*$/gm)) {
      const keys = [...line.matchAll(/(\w+):/g)].map(([, key]) => key);
      expect(keys).toEqual(order.split(" ").filter((key) => keys.includes(key)));
    }
  });

  it("is read whole within its own limits", () => {
    const reads = planReads(profile.points, profile.limits);
    expect(reads.flatMap(({ points }) => points).length).toBe(profile.points.length);
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
