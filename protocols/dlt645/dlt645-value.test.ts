import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDlt645Value } from "./dlt645-value.ts";

const formats = ["XXX.X", "XXX.XXX", "XX.XXXX", "XXXXXX.XX", "X.XXX", "XX.XX", "XXXXXXXXXXXX"] as const;

function bcd(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).reverse();
}

describe("DL/T 645 values", () => {
  it.each(formats)("of format %s come back from their digits", (format) => {
    const digits = format.replace(".", "").length;
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** BigInt(digits) - 1n }), (number) => {
        const text = number.toString().padStart(digits, "0");
        const point = format.includes(".") ? format.indexOf(".") : digits;
        expect(decodeDlt645Value(bcd(text), format)).toBe(
          Number(`${text.slice(0, point)}.${text.slice(point)}`),
        );
      }),
    );
  });

  it("carry their sign in the top bit, where they have one", () => {
    expect(decodeDlt645Value(Uint8Array.of(0x12, 0x25, 0x80), "XX.XXXX", true)).toBe(-0.2512);
    expect(decodeDlt645Value(Uint8Array.of(0x12, 0x25, 0x80), "XX.XXXX")).toBe(80.2512);
    expect(decodeDlt645Value(Uint8Array.of(0x00, 0x80), "X.XXX", true)).toBe(0);
  });

  it("are absent as FF, and never a number", () => {
    for (const signed of [false, true]) {
      expect(decodeDlt645Value(Uint8Array.of(0xff, 0xff), "XXX.X", signed)).toBeNull();
      expect(decodeDlt645Value(Uint8Array.of(0x12, 0xff), "XXX.X", signed)).toBeNull();
      expect(decodeDlt645Value(Uint8Array.of(0x1a, 0x02), "XXX.X", signed)).toBeNull();
    }
  });

  it("are absent where the meter sent too few bytes", () => {
    expect(decodeDlt645Value(Uint8Array.of(0x12), "XXX.X")).toBeNull();
  });

  it("tell the time of day, if it is one", () => {
    expect(decodeDlt645Value(bcd("235958"), "hhmmss")).toBe(86_398);
    expect(decodeDlt645Value(bcd("246060"), "hhmmss")).toBeNull();
  });
});
