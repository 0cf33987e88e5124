import { seededRandom } from "@sealwatch/platform";
import fc from "fast-check";
import { expect, it } from "vitest";
import { EMPTY_BAND, observeBand, type RollingBand } from "./rolling-band.ts";

const settings = { windowMs: 7_200_000, samplesMax: 120, enterDeviations: 8, leaveDeviations: 5 };

function feed(values: readonly number[], stepMs: number, start: RollingBand = EMPTY_BAND, fromMs = 0) {
  let band = start;
  const outside = values.map((value, index) => {
    band = observeBand(band, fromMs + index * stepMs, value, settings);
    return band.outside;
  });
  return { band, outside };
}

function noise(seed: number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => Math.round(4_000 + 150 * random.normal()));
}

it("holds at most its bound of values, none older than its window", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ step: fc.integer({ min: 1, max: 600_000 }), value: fc.integer() }), {
        maxLength: 400,
      }),
      (steps) => {
        let band = EMPTY_BAND;
        let atMs = 0;
        for (const { step, value } of steps) {
          atMs += step;
          band = observeBand(band, atMs, value, settings);
          expect(band.values.length).toBeLessThanOrEqual(settings.samplesMax);
          expect(band.values[0]?.atMs ?? atMs).toBeGreaterThanOrEqual(atMs - settings.windowMs);
        }
      },
    ),
  );
});

it("steadyNoiseStaysInsideButForOneStartInAThousand", () => {
  const startled = Array.from({ length: 1_000 }, (_, seed) => feed(noise(seed, 120), 60_000).outside).filter(
    (outside) => outside.includes(true),
  );
  expect(startled.length).toBeLessThanOrEqual(1);
  // It takes a spread that sixteen values or little more underestimate.
  expect(startled.every((outside) => !outside.slice(30).includes(true))).toBe(true);
});

it("a machine that starts is outside at its first reading", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 6_000, max: 100_000 }), (seed, value) => {
      const quiet = feed(noise(seed, 120), 60_000);
      expect(feed([value], 60_000, quiet.band, 7_200_000).outside).toEqual([true]);
    }),
    { numRuns: 50 },
  );
});

it("does not chatter: between the two thresholds it stays what it was", () => {
  const { band } = feed(noise(1, 120), 60_000);
  const between = 4_000 + 150 * 6.5;
  expect(feed([between], 60_000, band, 7_200_000).outside).toEqual([false]);
  expect(feed([8_000, between, 4_000], 1_000, band, 7_200_000).outside).toEqual([true, true, false]);
});

it("aNewLevelBecomesTheNormalOne", () => {
  const { band } = feed(noise(2, 120), 60_000);
  const raised = noise(3, 120).map((value) => value + 10_000);
  const { outside } = feed(raised, 60_000, band, 7_200_000);
  expect(outside[0]).toBe(true);
  expect(outside.slice(70)).not.toContain(true);
});

it("aConstantChannelIsNotOutsideForOneStepOfItsScale", () => {
  expect(feed([...new Array(60).fill(0), 1, 0, 1], 60_000).outside).not.toContain(true);
});
