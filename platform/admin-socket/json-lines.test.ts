import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LINE_MAX_BYTES, LineCutter, parseJson } from "./json-lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("lines of JSON", () => {
  it("areTheSameHoweverTheBytesArrive", () => {
    const values = fc.array(fc.jsonValue(), { maxLength: 5 });
    fc.assert(
      fc.property(values, fc.array(fc.nat(40), { minLength: 1, maxLength: 9 }), (sent, sizes) => {
        const stream = bytes(sent.map((value) => `${JSON.stringify(value)}\n`).join(""));
        const cutter = new LineCutter();
        const lines: string[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = 1 + (sizes[turn % sizes.length] ?? 0);
          lines.push(...(cutter.push(stream.subarray(at, at + size)) ?? []));
          at += size;
        }
        expect(lines).toEqual(sent.map((value) => JSON.stringify(value)));
      }),
    );
  });

  it("areBounded", () => {
    const cutter = new LineCutter();
    expect(cutter.push(new Uint8Array(LINE_MAX_BYTES).fill(0x20))).toEqual([]);
    expect(cutter.push(bytes("x"))).toBeNull();
    expect(new LineCutter().push(bytes(`${" ".repeat(LINE_MAX_BYTES + 1)}\n`))).toBeNull();
  });

  it("areUndefinedWhereTheyAreNoJson", () => {
    expect(parseJson("{")).toBeUndefined();
  });
});
