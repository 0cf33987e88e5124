import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { QUALITY } from "../vocabulary/quality.ts";
import { configureLoop, configureSealLoop } from "./configure-input.ts";
import { decodePoint } from "./decode-point.ts";
import { modbusPointSchema } from "./device-point.ts";
import { loopSchema } from "./loop-input.ts";
import { classifySealLoop, SEAL_LOOP, sealLoopSchema } from "./seal-loop.ts";

const input = modbusPointSchema.parse({
  id: "ai1",
  kind: "loop-current",
  unit: "mA",
  function: 4,
  address: 0,
  type: "u16",
  scale: 0.001,
  decimals: 3,
  range: [0, 25],
  loop: {},
});
const meaning = { kind: "voc", unit: "ppm", low: 0, high: 100, decimals: 1 } as const;

function ofMicroamperes(microamperes: number) {
  const configured = configureLoop(input, meaning);
  if (!configured) throw new Error("no loop");
  return decodePoint(configured, [microamperes]);
}

describe("a 4–20 mA input", () => {
  it.each([
    [4000, 0, QUALITY.good],
    [12000, 500, QUALITY.good],
    [20000, 1000, QUALITY.good],
    [3700, -19, QUALITY.outOfRange],
    [20800, 1050, QUALITY.outOfRange],
    [3599, null, QUALITY.notPresent],
    [0, null, QUALITY.notPresent],
    [21000, null, QUALITY.notPresent],
  ])("reads %d µA as %s tenths of a ppm", (microamperes, scaled, quality) => {
    expect(ofMicroamperes(microamperes)).toEqual({ scaled, quality });
  });

  it("stays a current until someone says what it means", () => {
    expect(decodePoint(input, [12000])).toEqual({ scaled: 12000, quality: QUALITY.good });
    expect(decodePoint(input, [3599]).quality).toBe(QUALITY.notPresent);
  });

  it("may fall as the current rises", () => {
    const falling = configureLoop(input, { ...meaning, low: 100, high: 0 });
    expect(falling && decodePoint(falling, [8000])).toEqual({ scaled: 750, quality: QUALITY.good });
  });

  it("isRefusedWithHalfAScale", () => {
    expect(loopSchema.safeParse({ low: 0 }).success).toBe(false);
    expect(loopSchema.safeParse({ low: 5, high: 5 }).success).toBe(false);
    const { loop: _, ...plain } = input;
    expect(configureLoop(plain, meaning)).toBeNull();
  });
});

describe("a supervised seal loop", () => {
  // 24 V through 1 kΩ: 12.6 mA closed, 5.7 mA open.
  const loop = sealLoopSchema.parse({ supplyV: 24, seriesOhm: 1000, closedOhm: 900, openOhm: 3200 });
  const currentMa = (ohm: number) => 24_000 / (1000 + ohm);

  it.each([
    ["closed", 900],
    ["closed", 1050],
    ["open", 3200],
    ["cut", 10_000],
    ["cut", Number.POSITIVE_INFINITY],
    ["shorted", 0],
    ["shorted", 300],
  ] as const)("is %s at %d Ω", (state, ohm) => {
    expect(classifySealLoop(loop, currentMa(ohm))).toBe(state);
    const point = configureSealLoop(input, loop);
    expect(decodePoint(point, [Math.round(currentMa(ohm) * 1000)]).scaled).toBe(SEAL_LOOP[state]);
  });

  it("says nothing between the states", () => {
    expect(classifySealLoop(loop, currentMa(1800))).toBeNull();
    const decoded = decodePoint(configureSealLoop(input, loop), [Math.round(currentMa(1800) * 1000)]);
    expect(decoded).toEqual({ scaled: null, quality: QUALITY.notPresent });
  });

  it("is never taken for intact away from its intact resistance", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 30, noNaN: true }), (measuredMa) => {
        const ohm = measuredMa > 0 ? 24_000 / measuredMa - 1000 : Number.POSITIVE_INFINITY;
        const closed = classifySealLoop(loop, measuredMa) === "closed";
        expect(closed).toBe(Math.abs(ohm - 900) <= 180);
      }),
    );
  });

  it("isRefusedWhenItsStatesOverlap", () => {
    const close = { supplyV: 24, seriesOhm: 1000, closedOhm: 1000, openOhm: 1300 };
    expect(sealLoopSchema.safeParse(close).success).toBe(false);
  });
});
