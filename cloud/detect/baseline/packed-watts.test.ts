import fc from "fast-check";
import { expect, it } from "vitest";
import { packScale, packWatts, unpackScale, unpackWatts } from "./packed-watts.ts";

it("keeps any power to one per cent and a watt, in two characters that JSON does not lengthen", () => {
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (watts) => {
      const packed = packWatts(watts);
      expect(packed.length).toBe(2);
      expect(JSON.stringify(packed).length).toBe(4);
      const back = unpackWatts(`  ${packed}`, 2) ?? Number.NaN;
      expect(Math.abs(back - watts)).toBeLessThanOrEqual(1 + 0.01 * Math.abs(watts));
    }),
  );
});

it("keeps a scale to ten per cent, in one character", () => {
  for (const watts of [0, 1, 7, 52, 810, 12_000]) {
    const back = unpackScale(packScale(watts), 0) ?? Number.NaN;
    expect(Math.abs(back - watts)).toBeLessThanOrEqual(0.5 + 0.1 * watts);
  }
});

it("keeps a blank as nothing", () => {
  expect([unpackWatts(packWatts(null), 0), unpackScale(packScale(null), 0)]).toEqual([null, null]);
  expect([unpackWatts("", 0), unpackScale("", 5)]).toEqual([null, null]);
});
