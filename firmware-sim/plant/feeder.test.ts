import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadScenario } from "../scenarios/load-scenario.ts";
import type { Measurand } from "./measurands.ts";
import { Plant } from "./plant.ts";

const { plant: TWO } = loadScenario("quiet-two-feeders");
const START_MS = Date.parse("2026-01-15T12:00:00+08:00");
const MINUTE_MS = 60_000;
const twoFeeders = (seed = 7) => new Plant(TWO, seed, START_MS);
const ofProcess = (plant: Plant, measurand: Measurand) => plant.measure(measurand, "process");

describe("feeders", () => {
  it("oneOnWhichNothingHangsLeavesEveryNumberOfTheSiteAsItWas", () => {
    const { plant: config } = loadScenario("quiet");
    const still = { deviation: 0, tauMin: 1 };
    const spare = { id: "spare", importKwhAtStart: 5, wander: still, noise: still, whiteW: 0 };
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.integer({ min: 1, max: 7_200_000 }), { maxLength: 12 }),
        (seed, steps) => {
          const plain = new Plant(config, seed, START_MS);
          const spared = new Plant({ ...config, feeders: [spare] }, seed, START_MS);
          for (const plant of [plain, spared]) {
            plant.apply({ do: "start", what: "circulation-pump" });
            for (const step of steps) plant.advance(plant.nowMs + step);
          }
          expect(spared.measurands).toEqual(plain.measurands);
          expect(spared.measure("importKwh", "spare")).toBe(5);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("aMachineShowsOnItsOwnMeterAndOnThatOfTheWhole", () => {
    const plant = twoFeeders();
    const [wholeW, processW] = [plant.measurands.powerW, ofProcess(plant, "powerW")];
    expect(processW).toBeGreaterThan(500);
    expect(processW).toBeLessThan(700);
    plant.apply({ do: "start", what: "reactor-stirrer" });
    plant.advance(START_MS + MINUTE_MS);
    expect(ofProcess(plant, "powerW") - processW).toBeGreaterThan(20_000);
    expect(plant.measurands.powerW - wholeW).toBeGreaterThan(20_000);
    expect(plant.measurands.powerW - ofProcess(plant, "powerW")).toBeGreaterThan(4_000);
    expect(ofProcess(plant, "reactiveVar")).toBeGreaterThan(10_000);
  });

  it("allHaveTheVoltageOfTheBusbarAndACurrentOfTheirOwn", () => {
    const plant = twoFeeders();
    plant.apply({ do: "start", what: "dosing-pump" });
    plant.advance(START_MS + MINUTE_MS);
    for (const phase of ["L1", "L2", "L3"] as const) {
      expect(ofProcess(plant, `voltage${phase}V`)).toBe(plant.measurands[`voltage${phase}V`]);
      const apparentVa = ofProcess(plant, `voltage${phase}V`) * ofProcess(plant, `current${phase}A`);
      expect(apparentVa).toBeCloseTo(ofProcess(plant, `apparent${phase}Va`), 6);
    }
  });

  it("aRegisterCountsTheFeederAloneAndThatOfTheIncomerAll", () => {
    const plant = twoFeeders();
    const before = { process: ofProcess(plant, "importKwh"), whole: plant.measurands.importKwh };
    expect(before.process).toBe(9_120.4);
    plant.advance(START_MS + 60 * MINUTE_MS);
    const idleKwh = ofProcess(plant, "importKwh") - before.process;
    expect(idleKwh).toBeCloseTo(0.6, 1);
    plant.apply({ do: "start", what: "reactor-stirrer" });
    plant.advance(START_MS + 120 * MINUTE_MS);
    const processKwh = ofProcess(plant, "importKwh") - before.process;
    const wholeKwh = plant.measurands.importKwh - before.whole;
    expect(processKwh).toBeGreaterThan(15);
    expect(wholeKwh - processKwh).toBeGreaterThan(9);
    expect(wholeKwh - processKwh).toBeLessThan(13);
    expect(plant.importKwhByFeeder).toEqual({
      incomer: plant.measurands.importKwh,
      process: ofProcess(plant, "importKwh"),
    });
  });

  it("isDarkWithTheMainsAndSeesNothingThatIsBypassed", () => {
    const plant = twoFeeders();
    plant.apply({ do: "bypass", what: "dosing-pump" });
    plant.apply({ do: "start", what: "dosing-pump" });
    plant.advance(START_MS + MINUTE_MS);
    expect(ofProcess(plant, "powerW")).toBeLessThan(700);
    plant.apply({ do: "power-off", what: "mains" });
    expect([ofProcess(plant, "powerW"), ofProcess(plant, "voltageL1V")]).toEqual([0, 0]);
  });

  it("airAndWaterAreThoseOfTheSiteWhicheverFeederADeviceNames", () => {
    const plant = twoFeeders();
    plant.apply({ do: "tap", what: "water", value: 90 });
    expect(ofProcess(plant, "waterM3PerHour")).toBe(0.09);
    expect(ofProcess(plant, "vocPpb")).toBe(plant.measurands.vocPpb);
  });
});
