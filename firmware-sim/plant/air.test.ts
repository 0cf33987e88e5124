import { describe, expect, it } from "vitest";
import { createAir } from "./air.ts";
import type { PlantConfig } from "./plant-config.ts";

const HOUR_MS = 3_600_000;
const still = (mean: number) => ({
  mean,
  dailyAmplitude: 0,
  peakHour: 12,
  noise: { deviation: 0, tauMin: 60 },
});
const AIR: PlantConfig["air"] = {
  volumeM3: 500,
  airChangesPerHour: 0.5,
  airChangesPerHourOpen: 4,
  doors: ["door"],
  backgroundPpb: still(60),
  vocWhitePpb: 0,
  vocPpbPerHumidityPercent: 0,
  temperatureC: still(20),
  humidityPercent: still(60),
  co2Ppm: still(420),
};

describe("air", () => {
  it("startsAtTheBackgroundAndStaysThereWithoutEmission", () => {
    const air = createAir(AIR, 0, 0, 1);
    expect(air.vocPpb).toBe(60);
    air.advance(0, 10 * HOUR_MS, 0, false);
    expect(air.vocPpb).toBeCloseTo(60, 9);
  });

  it("reachesTheSteadyStateOfTheMassBalance", () => {
    const air = createAir(AIR, 0, 0, 1);
    air.advance(0, 100 * HOUR_MS, 250, false);
    // 250 mL/h in 500 m³ at 0.5 changes an hour: 1 mL/m³ = 1000 ppb above the background.
    expect(air.vocPpb).toBeCloseTo(1060, 6);
  });

  it("risesExponentiallyWhateverTheSteps", () => {
    const coarse = createAir(AIR, 0, 0, 1);
    coarse.advance(0, 2 * HOUR_MS, 250, false);
    expect(coarse.vocPpb).toBeCloseTo(60 + 1000 * (1 - Math.exp(-1)), 6);
    const fine = createAir(AIR, 0, 0, 1);
    for (let at = 0; at < 2 * HOUR_MS; at += 1000) fine.advance(at, at + 1000, 250, false);
    expect(fine.vocPpb).toBeCloseTo(coarse.vocPpb, 6);
  });

  it("airsOutFasterThroughAnOpenDoor", () => {
    const afterAnHour = (doorOpen: boolean) => {
      const air = createAir(AIR, 0, 0, 1);
      air.advance(0, 100 * HOUR_MS, 250, false);
      air.advance(100 * HOUR_MS, 101 * HOUR_MS, 0, doorOpen);
      return air.vocPpb - 60;
    };
    expect(afterAnHour(true)).toBeCloseTo(1000 * Math.exp(-4), 6);
    expect(afterAnHour(false)).toBeCloseTo(1000 * Math.exp(-0.5), 6);
  });

  it("temperaturePeaksAtItsHourOfTheLocalDay", () => {
    const temperatureC = { ...still(20), dailyAmplitude: 5, peakHour: 15 };
    const air = createAir({ ...AIR, temperatureC }, 480, 0, 1);
    expect(air.temperatureC(Date.parse("2026-01-15T15:00:00+08:00"))).toBeCloseTo(25, 9);
    expect(air.temperatureC(Date.parse("2026-01-15T03:00:00+08:00"))).toBeCloseTo(15, 9);
  });
});
