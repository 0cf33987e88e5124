import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadScenario } from "../scenarios/load-scenario.ts";
import { Plant } from "./plant.ts";

const CONFIG = loadScenario("quiet").plant;
const START_MS = Date.parse("2026-01-15T23:00:00+08:00");
const DAY_MS = 86_400_000;
const quiet = (seed = 7) => new Plant(CONFIG, seed, START_MS);

const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
function deviation(xs: readonly number[]): number {
  const centre = mean(xs);
  return Math.sqrt(mean(xs.map((x) => (x - centre) ** 2)));
}

/** Power at each step's end, by night and by day, over `days`. */
function idlePower(stepMs: number, days: number) {
  const plant = quiet();
  const night: number[] = [];
  const day: number[] = [];
  for (let at = START_MS + stepMs; at <= START_MS + days * DAY_MS; at += stepMs) {
    plant.advance(at);
    const hour = ((at + CONFIG.utcOffsetMin * 60_000) % DAY_MS) / 3_600_000;
    if (hour < 5) night.push(plant.measurands.powerW);
    if (hour > 7 && hour < 17) day.push(plant.measurands.powerW);
  }
  return { night, day, kwh: plant.measurands.importKwh - CONFIG.importKwhAtStart };
}

describe("plant", () => {
  it("sameSeedAndStepsGiveTheSameSite", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.integer({ min: 1, max: 7_200_000 }), { maxLength: 20 }),
        (seed, steps) => {
          const [one, two] = [quiet(seed), quiet(seed)];
          for (const step of steps) {
            one.advance(one.nowMs + step);
            two.advance(two.nowMs + step);
          }
          expect(one.measurands).toEqual(two.measurands);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("anotherSeedGivesAnotherSite", () => {
    const [one, two] = [quiet(1), quiet(2)];
    expect(one.measurands.powerW).not.toBe(two.measurands.powerW);
  });

  it.each([60_000, 600_000, 3_600_000])("idleStatisticsAreTheSameAtStepsOf %i ms", (stepMs) => {
    const { night, day, kwh } = idlePower(stepMs, 150);
    const floorW = CONFIG.idle.loads.reduce((sum, { powerW }) => sum + powerW, 0);
    const spread = Math.hypot(CONFIG.idle.wander.deviation, CONFIG.idle.noise.deviation, CONFIG.idle.whiteW);
    expect(Math.abs(mean(day) - floorW)).toBeLessThan(6);
    expect(Math.abs(mean(night) - floorW - CONFIG.idle.lights.powerW)).toBeLessThan(6);
    expect(deviation(night) / spread).toBeGreaterThan(0.85);
    expect(deviation(night) / spread).toBeLessThan(1.15);
    const litHours = 24 - (CONFIG.idle.lights.dusk - CONFIG.idle.lights.dawn) / 60;
    const expectedKwh = (150 * (24 * floorW + litHours * CONFIG.idle.lights.powerW)) / 1000;
    expect(kwh / expectedKwh).toBeGreaterThan(0.98);
    expect(kwh / expectedKwh).toBeLessThan(1.02);
  });

  it("energyIsTheIntegralOfPower", () => {
    const plant = quiet();
    plant.apply({ do: "start", what: "reactor-stirrer" });
    const before = plant.measurands.importKwh;
    let wattMs = 0;
    for (let step = 0; step < 7_200; step++) {
      const from = plant.measurands.powerW;
      plant.advance(plant.nowMs + 500);
      wattMs += ((from + plant.measurands.powerW) / 2) * 500;
    }
    const counted = plant.measurands.importKwh - before;
    expect(counted / (wattMs / 3.6e9)).toBeGreaterThan(0.995);
    expect(counted / (wattMs / 3.6e9)).toBeLessThan(1.005);
  });

  it("dutyCycleEnergyDoesNotDependOnTheStep", () => {
    const kwhAt = (stepMs: number) => {
      const plant = quiet();
      plant.apply({ do: "start", what: "circulation-pump" });
      const end = START_MS + 12 * 3_600_000;
      while (plant.nowMs < end) plant.advance(plant.nowMs + stepMs);
      return plant.measurands.importKwh - CONFIG.importKwhAtStart;
    };
    expect(kwhAt(1_000) / kwhAt(3_600_000)).toBeCloseTo(1, 2);
  });

  it("machineStartShowsInPowerCurrentAndPowerFactor", () => {
    const plant = quiet();
    const idle = { ...plant.measurands };
    plant.apply({ do: "start", what: "reactor-stirrer" });
    const inrush = { ...plant.measurands };
    plant.advance(plant.nowMs + 60_000);
    const running = plant.measurands;
    expect(idle.powerW).toBeLessThan(800);
    expect(inrush.currentL1A).toBeGreaterThan(4 * running.currentL1A);
    expect(inrush.powerFactor).toBeLessThan(0.5);
    expect(inrush.voltageL1V).toBeLessThan(idle.voltageL1V - 5);
    expect(running.powerW).toBeGreaterThan(20_000);
    expect(running.currentL2A).toBeGreaterThan(25);
    expect(running.powerFactor).toBeGreaterThan(0.75);
    expect(running.powerFactor).toBeLessThan(0.88);
  });

  it("phasesAddUpAndPowerFollowsFromVoltageAndCurrent", () => {
    const plant = quiet();
    plant.apply({ do: "start", what: "circulation-pump" });
    plant.advance(plant.nowMs + 30_000);
    const seen = plant.measurands;
    expect(seen.powerL1W + seen.powerL2W + seen.powerL3W).toBeCloseTo(seen.powerW, 6);
    expect(seen.voltageL1V * seen.currentL1A * seen.powerFactorL1).toBeCloseTo(seen.powerL1W, 6);
    expect(Math.hypot(seen.powerL2W, seen.reactiveL2Var)).toBeCloseTo(seen.apparentL2Va, 6);
  });

  it("runningMachinesFillTheAirWithVapour", () => {
    const plant = quiet();
    const before = plant.measurands.vocPpb;
    plant.apply({ do: "start", what: "reactor-stirrer" });
    plant.advance(plant.nowMs + 600_000);
    expect(plant.measurands.vocPpb).toBeGreaterThan(before + 300);
  });

  it("mainsOffIsDarkAndCountsNothingUntilItReturnsWithTheMachinesOff", () => {
    const plant = quiet();
    plant.apply({ do: "start", what: "reactor-stirrer" });
    plant.advance(plant.nowMs + 60_000);
    plant.apply({ do: "power-off", what: "mains" });
    const dark = { ...plant.measurands };
    expect([dark.voltageL1V, dark.currentL1A, dark.powerW, dark.apparentVa, dark.frequencyHz]).toEqual([
      0, 0, 0, 0, 0,
    ]);
    plant.advance(plant.nowMs + 3_600_000);
    expect(plant.measurands.importKwh).toBe(dark.importKwh);
    plant.apply({ do: "start", what: "reactor-stirrer" });
    plant.apply({ do: "power-on", what: "mains" });
    plant.advance(plant.nowMs + 60_000);
    expect(plant.measurands.powerW).toBeGreaterThan(300);
    expect(plant.measurands.powerW).toBeLessThan(800);
  });

  it("contactsOpenAndCloseOnCommand", () => {
    const plant = quiet();
    expect(plant.contactClosed("seal-s2")).toBe(true);
    plant.apply({ do: "open", what: "seal-s2" });
    expect(plant.contactClosed("seal-s2")).toBe(false);
    plant.apply({ do: "close", what: "seal-s2" });
    expect(plant.contactClosed("seal-s2")).toBe(true);
  });
});
