import { describe, expect, it } from "vitest";
import { loadScenario } from "../scenarios/load-scenario.ts";
import { Plant } from "./plant.ts";

const START_MS = Date.parse("2026-01-15T10:00:00+08:00");
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const summer = (seed = 5) => new Plant(loadScenario("quiet-summer").plant, seed, START_MS);

/** Mean power over the next `minutes`, W. */
function meanW(plant: Plant, minutes: number): number {
  const { importKwh } = plant.measurands;
  plant.advance(plant.nowMs + minutes * MINUTE_MS);
  return ((plant.measurands.importKwh - importKwh) * 60_000) / minutes;
}

describe("what weather, grid and people set", () => {
  it("aMachineScaledToFivePercentOfTheFormerLoadDrawsThat", () => {
    const plant = summer();
    const idleW = meanW(plant, 30);
    plant.apply({ do: "scale", what: "transfer-pump", value: 500 });
    plant.apply({ do: "start", what: "transfer-pump" });
    plant.advance(plant.nowMs + MINUTE_MS);
    const riseW = meanW(plant, 30) - idleW;
    expect(riseW).toBeGreaterThan(2_850);
    expect(riseW).toBeLessThan(3_150);
  });

  it("occasionalLoadsAreOffUntilScaledAndIdleLoadsCanDie", () => {
    const plant = summer();
    const idleW = meanW(plant, 60);
    plant.apply({ do: "scale", what: "festival-lights", value: 100 });
    expect(meanW(plant, 60) - idleW).toBeGreaterThan(120);
    plant.apply({ do: "scale", what: "festival-lights", value: 0 });
    plant.apply({ do: "scale", what: "cameras", value: 0 });
    expect(meanW(plant, 60) - idleW).toBeLessThan(-40);
  });

  it("aSagTakesVoltageAndSomeOfTheIdlePower", () => {
    const plant = summer();
    const { voltageL1V, powerW } = plant.measurands;
    plant.apply({ do: "sag", what: "mains", value: 80 });
    expect(plant.measurands.voltageL1V / voltageL1V).toBeCloseTo(0.8, 2);
    expect(plant.measurands.powerW / powerW).toBeGreaterThan(0.55);
    expect(plant.measurands.powerW / powerW).toBeLessThan(0.75);
  });

  it("rainDampsTheAirAndTheOldFeederLeaks", () => {
    const plant = summer();
    const dry = { ...plant.measurands };
    const dryW = meanW(plant, 60);
    plant.apply({ do: "rain", what: "weather", value: 32 });
    plant.advance(plant.nowMs + 8 * HOUR_MS);
    expect(plant.measurands.humidityPercent).toBeGreaterThan(dry.humidityPercent + 15);
    expect(plant.measurands.vocPpb).toBeGreaterThan(dry.vocPpb);
    plant.apply({ do: "rain", what: "weather", value: 0 });
    plant.advance(plant.nowMs + 15 * HOUR_MS);
    expect(Math.abs(meanW(plant, 60) - dryW)).toBeLessThan(80);
  });

  it("fumesOfTheNeighbourComeInAndGoAgain", () => {
    const plant = summer();
    const before = plant.measurands.vocPpb;
    plant.apply({ do: "fumes", what: "outside", value: 400 });
    plant.advance(plant.nowMs + 6 * HOUR_MS);
    expect(plant.measurands.vocPpb).toBeGreaterThan(before + 250);
    plant.apply({ do: "fumes", what: "outside", value: 0 });
    plant.advance(plant.nowMs + 12 * HOUR_MS);
    expect(plant.measurands.vocPpb).toBeLessThan(before + 80);
  });

  it("aBypassedMachineRunsUnseenEvenWithoutMainsAndStillSmells", () => {
    const plant = summer();
    plant.apply({ do: "power-off", what: "mains" });
    plant.apply({ do: "start", what: "reactor-stirrer" });
    const { vocPpb } = plant.measurands;
    plant.apply({ do: "bypass", what: "reactor-stirrer" });
    plant.apply({ do: "start", what: "reactor-stirrer" });
    plant.apply({ do: "power-on", what: "mains" });
    plant.advance(plant.nowMs + 10 * MINUTE_MS);
    expect(plant.measurands.powerW).toBeLessThan(900);
    expect(plant.measurands.vocPpb).toBeGreaterThan(vocPpb + 200);
  });

  it("aBypassedSiteShowsVoltageAndNothingElse", () => {
    const plant = summer();
    plant.apply({ do: "bypass", what: "site" });
    expect(meanW(plant, 60)).toBe(0);
    expect(plant.measurands.powerW).toBe(0);
    expect(plant.measurands.voltageL1V).toBeGreaterThan(200);
  });

  it("waterFlowsWhileTheTapIsOpen", () => {
    const plant = summer();
    const { waterM3 } = plant.measurands;
    plant.apply({ do: "tap", what: "water", value: 240 });
    plant.advance(plant.nowMs + HOUR_MS);
    expect(plant.measurands.waterM3 - waterM3).toBeCloseTo(0.24, 6);
  });
});

describe("thermostat heater", () => {
  it("heatsLongerTheColderItIs", () => {
    const { plant: config } = loadScenario("quiet-winter");
    const at = (meanC: number): number => {
      const temperatureC = { ...config.air.temperatureC, mean: meanC };
      const plant = new Plant({ ...config, air: { ...config.air, temperatureC } }, 5, START_MS);
      return meanW(plant, 7 * 24 * 60);
    };
    const [mild, cold, none] = [at(2), at(-8), at(20)];
    expect(cold - mild).toBeGreaterThan(0.8 * 1_800 * 0.5);
    expect(cold - mild).toBeLessThan(1.2 * 1_800 * 0.5);
    expect(mild - none).toBeGreaterThan(300);
  });

  it("energyDoesNotDependOnTheStep", () => {
    const { plant: config } = loadScenario("quiet-winter");
    const kwhAt = (stepMs: number): number => {
      const plant = new Plant(config, 5, START_MS);
      const { importKwh } = plant.measurands;
      const untilMs = START_MS + 5 * 24 * HOUR_MS;
      while (plant.nowMs < untilMs) plant.advance(plant.nowMs + stepMs);
      return plant.measurands.importKwh - importKwh;
    };
    expect(kwhAt(10_000) / kwhAt(HOUR_MS)).toBeGreaterThan(0.95);
    expect(kwhAt(10_000) / kwhAt(HOUR_MS)).toBeLessThan(1.05);
  });
});
