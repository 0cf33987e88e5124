import { seededRandom } from "@sealwatch/platform";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { followSwitch, type SwitchBelief, scaleWithout, unknownSwitch } from "./switch-belief.ts";

const COMPRESSOR = { step: 900, calm: 100 };

function after(...differences: number[]): { belief: SwitchBelief; rests: number[] } {
  let belief = unknownSwitch(COMPRESSOR);
  const rests = differences.map((difference) => {
    const read = followSwitch(belief, COMPRESSOR, difference);
    belief = read.belief;
    return read.rest;
  });
  return { belief, rests };
}

describe("a load that switches", () => {
  it("leaves nothing but noise when it comes on and goes off by turns", () => {
    const random = seededRandom(1, "switch");
    let belief = unknownSwitch(COMPRESSOR);
    let [largest, isOn] = [0, false];
    for (let step = 0; step < 200_000; step++) {
      const switches = random.uniform() < 1 / 16;
      const own = switches ? (isOn ? -900 : 900) : 0;
      if (switches) isOn = !isOn;
      const read = followSwitch(belief, COMPRESSOR, own + 100 * random.normal());
      belief = read.belief;
      largest = Math.max(largest, Math.abs(read.rest));
    }
    expect(largest).toBeLessThan(600);
  });

  it("cannot come on while it is on: that is another load", () => {
    expect(after(900, 900).rests).toEqual([0, 900]);
    expect(after(900, -900, 900).rests).toEqual([0, 0, 0]);
    expect(after(-900, -900).rests[1]).toBe(-900);
  });

  it("explains no leap of another size", () => {
    expect(after(-900, 1_800).rests[1]).toBe(900);
    expect(after(900, 1_800).rests[1]).toBe(1_800);
  });

  it("is not sure after a switch that noise hid by half", () => {
    expect(Math.abs(after(900, -450).belief.odds)).toBeLessThan(10);
    expect(after(900, -450, 900).rests[2]).toBe(0);
  });

  it("is followed where its power drifts, and no further than three tenths", () => {
    const days = (share: number): number =>
      after(...Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? 1 : -1) * share * 900)).belief.step;
    expect(days(1.2)).toBeCloseTo(1_080, -1);
    expect(days(1.45)).toBeLessThanOrEqual(1_170);
  });

  it("stays finite and within its bounds whatever is measured", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 60 }), (seen) => {
        const { belief, rests } = after(...seen);
        expect(Math.abs(belief.odds)).toBeLessThanOrEqual(16);
        expect(belief.step).toBeGreaterThanOrEqual(629);
        expect(belief.step).toBeLessThanOrEqual(1_171);
        for (const [at, rest] of rests.entries())
          expect(Math.abs(rest)).toBeLessThanOrEqual(Math.abs(seen[at] ?? 0));
        expect(JSON.parse(JSON.stringify(belief))).toEqual(belief);
      }),
    );
  });

  it("takes its half step out of a scale, and leaves the noise", () => {
    expect(scaleWithout(Math.hypot(450, 300), COMPRESSOR)).toBeCloseTo(300);
    expect(scaleWithout(100, COMPRESSOR)).toBe(200);
  });
});
