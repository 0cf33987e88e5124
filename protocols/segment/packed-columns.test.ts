import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BitReader, BitWriter } from "./bit-stream.ts";
import { readColumns, writeColumns } from "./packed-columns.ts";
import { planRice, readRice, writeRice } from "./rice-series.ts";

const refuse = () => new Error("refused");
const safe = fc.oneof(
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
  fc.maxSafeInteger(),
);

function pack(columns: readonly (readonly number[])[]): Uint8Array {
  const writer = new BitWriter();
  writeColumns(writer, columns);
  return writer.toBytes();
}

function unpack(bytes: Uint8Array, count: number, samples: number): number[][] {
  const reader = new BitReader(bytes, refuse);
  const columns = readColumns(reader, count, samples, refuse);
  reader.finish();
  return columns;
}

describe("bits", () => {
  it("whatever is written is read again", () => {
    const part = fc.oneof(
      safe.map((value) => ({ kind: "integer" as const, value })),
      fc.nat(40).map((value) => ({ kind: "unary" as const, value })),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const writer = new BitWriter();
        for (const { kind, value } of parts) writer[kind](value);
        const reader = new BitReader(writer.toBytes(), refuse);
        for (const { kind, value } of parts)
          expect((kind === "integer" ? reader.integer() : reader.unary(100)) + 0).toBe(value + 0);
        reader.finish();
      }),
    );
  });

  it("more than there is, or something behind the end, is refused", () => {
    expect(() => new BitReader(new Uint8Array(1), refuse).bits(9)).toThrow("refused");
    expect(() => new BitReader(new Uint8Array(1), refuse).finish()).toThrow("refused");
    const reader = new BitReader(Uint8Array.of(0b10000001), refuse);
    reader.bits(1);
    expect(() => reader.finish()).toThrow("refused");
  });
});

describe("a Rice series", () => {
  it("comes back, outliers included", () => {
    const value = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -(2 ** 51), max: 2 ** 51 }));
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const writer = new BitWriter();
        writeRice(writer, values, planRice(values).parameter);
        expect(readRice(new BitReader(writer.toBytes(), refuse), values.length)).toEqual(values);
      }),
    );
  });

  it("of zeros costs five bits", () => {
    expect(planRice(new Array<number>(1_000).fill(0)).bits).toBe(5);
  });
});

describe("columns", () => {
  it("come back, whatever they hold", () => {
    const table = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 20 }))
      .chain(([count, samples]) =>
        fc.array(fc.array(safe, { minLength: samples, maxLength: samples }), {
          minLength: count,
          maxLength: count,
        }),
      );
    fc.assert(
      fc.property(table, (columns) => {
        expect(unpack(pack(columns), columns.length, columns[0]?.length ?? 0)).toEqual(columns);
      }),
    );
  });

  it("that are a sum, or follow another, cost next to nothing more", () => {
    const noise = fc.array(fc.integer({ min: -500, max: 500 }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(noise, noise, (one, other) => {
        const sum = one.map((value, index) => value + (other[index] ?? 0));
        const half = one.map((value) => Math.round(value * 0.4551) + 0);
        expect(pack([one, other, sum, half]).length - pack([one, other]).length).toBeLessThan(45);
        expect(unpack(pack([one, other, sum, half]), 4, 30)).toEqual([one, other, sum, half]);
      }),
    );
  });

  it("garbage is refused or read, and never crashes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(30),
        (bytes, count, samples) => {
          try {
            for (const column of unpack(bytes, count, samples))
              expect(column.every((value) => Number.isSafeInteger(value))).toBe(true);
          } catch (error) {
            expect(error).toMatchObject({ message: "refused" });
          }
        },
      ),
    );
  });
});
