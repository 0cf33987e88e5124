import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc16Modbus } from "../modbus/crc16.ts";
import { QUALITY } from "../vocabulary/quality.ts";
import { decodePoint } from "./decode-point.ts";
import type { ModbusPoint, ValueType } from "./device-point.ts";

function point(type: ValueType, change: Partial<ModbusPoint> = {}): ModbusPoint {
  return {
    id: "value",
    kind: "active-power",
    unit: "W",
    function: 3,
    address: 0,
    type,
    wordOrder: "high-first",
    scale: 1,
    decimals: 0,
    range: [-1e18, 1e18],
    secondary: false,
    notNumbers: [],
    ...change,
  };
}

function wordsOf(bytes: number, write: (view: DataView) => void): number[] {
  const view = new DataView(new ArrayBuffer(bytes));
  write(view);
  return Array.from({ length: bytes / 2 }, (_, index) => view.getUint16(index * 2));
}

const integers = [
  ["u16", 0, 0xffff, 2, (view: DataView, value: number) => view.setUint16(0, value)],
  ["s16", -0x8000, 0x7fff, 2, (view: DataView, value: number) => view.setInt16(0, value)],
  ["u32", 0, 0xffffffff, 4, (view: DataView, value: number) => view.setUint32(0, value)],
  ["s32", -0x80000000, 0x7fffffff, 4, (view: DataView, value: number) => view.setInt32(0, value)],
  [
    "u64",
    0,
    Number.MAX_SAFE_INTEGER,
    8,
    (view: DataView, value: number) => view.setBigUint64(0, BigInt(value)),
  ],
  [
    "s64",
    Number.MIN_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER,
    8,
    (view: DataView, value: number) => view.setBigInt64(0, BigInt(value)),
  ],
] as const;

describe("decodePoint", () => {
  it.each(integers)("gives back every %s in both word orders", (type, min, max, bytes, write) => {
    fc.assert(
      fc.property(fc.integer({ min, max }), (value) => {
        const words = wordsOf(bytes, (view) => write(view, value));
        const good = { scaled: value, quality: QUALITY.good };
        expect(decodePoint(point(type), words)).toEqual(good);
        expect(decodePoint(point(type, { wordOrder: "low-first" }), words.toReversed())).toEqual(good);
      }),
    );
  });

  it("gives every finite f32 at the journal's resolution", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), (value) => {
        const words = wordsOf(4, (view) => view.setFloat32(0, value));
        const { scaled } = decodePoint(point("f32", { decimals: 2 }), words);
        expect(scaled).toBe(Math.round(value * 100) + 0);
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "reads f32 %d as not present",
    (value) => {
      const words = wordsOf(4, (view) => view.setFloat32(0, value));
      expect(decodePoint(point("f32"), words)).toEqual({ scaled: null, quality: QUALITY.notPresent });
    },
  );

  it("readsTheWaterMetersLowWordFirstFloat", () => {
    expect(decodePoint(point("f32", { wordOrder: "low-first", decimals: 1 }), [0x0000, 0xc148]).scaled).toBe(
      -125,
    );
  });

  it("keepsAValueOutsideItsRangeAndSaysSo", () => {
    const decoded = decodePoint(point("u16", { range: [0, 100] }), [101]);
    expect(decoded).toEqual({ scaled: 101, quality: QUALITY.outOfRange });
  });

  it("takesAListedPatternForAbsenceEvenWhereItIsInRange", () => {
    const decoded = decodePoint(point("s16", { notNumbers: [0xffff] }), [0xffff]);
    expect(decoded).toEqual({ scaled: null, quality: QUALITY.notPresent });
  });

  it("neverInventsAValueForRegistersThatAreMissing", () => {
    expect(decodePoint(point("bit"), [])).toEqual({ scaled: null, quality: QUALITY.notPresent });
    expect(decodePoint(point("u16"), []).quality).toBe(QUALITY.notPresent);
    expect(decodePoint(point("f32"), [1]).quality).toBe(QUALITY.notPresent);
  });

  it("multipliesTheSecondarySideAndKnowsNothingWithoutTheRatios", () => {
    const current = point("u16", { kind: "current", secondary: true, range: [0, 100] });
    expect(decodePoint(current, [5], { ct: 40, pt: 10 })).toEqual({ scaled: 200, quality: QUALITY.good });
    expect(decodePoint(current, [5])).toEqual({ scaled: null, quality: QUALITY.notPresent });
    const voltage = point("u16", { kind: "voltage", secondary: true });
    expect(decodePoint(voltage, [5], { ct: 40, pt: 10 }).scaled).toBe(50);
    const power = point("u16", { secondary: true });
    expect(decodePoint(power, [5], { ct: 40, pt: 10 }).scaled).toBe(2000);
    const factor = point("u16", { kind: "power-factor", secondary: true });
    expect(decodePoint(factor, [1], { ct: 40, pt: 10 }).scaled).toBe(1);
  });

  // Frames of the Eastron and KBR manuals, their CRC checked.
  it.each([
    ["01 04 04 43 66 33 34 1B 38", 3, [230.2]],
    ["01 03 04 42 C8 00 00 6F B5", 3, [100]],
    ["01 04 0C 43 6B 5A B4 42 DC 67 20 42 48 0C 63 AF 7C", 3, [235.354, 110.201, 50.012]],
  ])("reads the registers of %s as the manual does", (frame, decimals, values) => {
    const bytes = Uint8Array.from(frame.split(" "), (hex) => Number.parseInt(hex, 16));
    const crc = crc16Modbus(bytes.subarray(0, -2));
    expect([...bytes.subarray(-2)]).toEqual([crc & 0xff, crc >> 8]);
    const data = new DataView(bytes.buffer, 3, bytes[2]);
    const words = Array.from({ length: data.byteLength / 2 }, (_, index) => data.getUint16(2 * index));
    const decoded = values.map((_, index) =>
      decodePoint(point("f32", { decimals }), words.slice(2 * index, 2 * index + 2)),
    );
    expect(decoded.map(({ scaled }) => (scaled ?? 0) / 10 ** decimals)).toEqual(values);
  });
});
