import { seededRandom } from "@sealwatch/platform";
import { describe, expect, it } from "vitest";
import {
  type ClosedDifferences,
  closeDifferences,
  emptyDifferences,
  openDifferences,
  switchedLoad,
  takeDifference,
} from "./day-differences.ts";

const MINUTES = 1_440;

/** A day of minute differences: noise, and what `levelW` adds to the power at each minute. */
function dayOf(levelW: (minute: number) => number, load: ReturnType<typeof switchedLoad> = null) {
  const random = seededRandom(7, "differences");
  const day = emptyDifferences(load);
  for (let minute = 1; minute < MINUTES; minute++)
    takeDifference(day, levelW(minute) - levelW(minute - 1) + 30 * random.normal());
  return openDifferences(closeDifferences(day, true));
}

const compressor = (minute: number): number => (minute % 32 < 15 ? 900 : 0);
const kettle = (minute: number): number => (minute >= 600 && minute < 605 ? 1_500 : 0);

describe("a day's differences", () => {
  it("tell the step of a load that switches, and the noise between", () => {
    const { step, calm, leap } = dayOf(compressor);
    expect(step).toBeGreaterThan(855);
    expect(step).toBeLessThan(945);
    expect(calm).toBeGreaterThan(27);
    expect(calm).toBeLessThan(36);
    expect(leap).toBeGreaterThan(900);
  });

  it("tell of none where something switches once a day, or nothing does", () => {
    expect(dayOf(kettle).step).toBeNull();
    expect(dayOf(() => 0).step).toBeNull();
  });

  it("tell what the load of the days before leaves unexplained", () => {
    const load = switchedLoad([dayOf(compressor)]);
    expect(dayOf(compressor, load).rest).toBeLessThan(150);
    expect(dayOf((minute) => compressor(minute) + kettle(minute), load).rest).toBeGreaterThan(500);
    expect(dayOf(compressor).rest).toBeNull();
  });
});

describe("the load that switches", () => {
  const none: ClosedDifferences = { scale: 1, leap: 1, rest: null, step: null, calm: null, peak: 0 };
  const one = (step: number): ClosedDifferences => ({ ...none, step, calm: 30 });

  it("is what most days agree on", () => {
    expect(switchedLoad([one(880), one(900), one(920), none])).toEqual({ step: 900, calm: 30 });
    expect(switchedLoad([one(900), none])).toBeNull();
    expect(switchedLoad([])).toBeNull();
  });
});
