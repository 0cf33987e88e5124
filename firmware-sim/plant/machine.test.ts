import { describe, expect, it } from "vitest";
import { createMachine } from "./machine.ts";
import { phaseLoad } from "./phase-load.ts";
import type { MachineConfig } from "./plant-config.ts";

const PUMP: MachineConfig = {
  id: "pump",
  feeder: "incomer",
  ratedW: 7500,
  powerFactor: 0.86,
  balance: [1, 0.98, 1.02],
  inrush: { multiple: 6, decayS: 1 },
  runUpS: 3,
  dutyCycle: { onMin: 10, offMin: 5, jitterShare: 0.2 },
  loadNoise: { deviation: 0, tauMin: 2 },
  vocMlPerHour: 0,
  waterLPerHour: 0,
};

function at(machine: ReturnType<typeof createMachine>, atMs: number) {
  const load = phaseLoad();
  machine.addTo(load, atMs);
  const powerW = load.powerW.reduce((sum, x) => sum + x, 0);
  const reactiveVar = load.reactiveVar.reduce((sum, x) => sum + x, 0);
  return { load, powerW, apparentVa: Math.hypot(powerW, reactiveVar) };
}

describe("machine", () => {
  it("inrushIsTheMultipleOfRatedApparentPowerAndFallsAway", () => {
    const machine = createMachine(PUMP, 1);
    machine.order(true, 0);
    const ratedVa = PUMP.ratedW / PUMP.powerFactor;
    expect(at(machine, 0).apparentVa / ratedVa).toBeGreaterThan(5);
    expect(at(machine, 0).apparentVa / ratedVa).toBeLessThan(6.5);
    const settled = at(machine, 60_000);
    expect(settled.powerW).toBeCloseTo(PUMP.ratedW, 0);
    expect(settled.powerW / settled.apparentVa).toBeCloseTo(PUMP.powerFactor, 2);
  });

  it("phasesShareTheLoadByTheirBalance", () => {
    const machine = createMachine(PUMP, 1);
    machine.order(true, 0);
    const { load, powerW } = at(machine, 60_000);
    expect((load.powerW[1] ?? 0) / powerW).toBeCloseTo(0.98 / 3, 6);
  });

  it("meanPowerOfTheStartIsTheIntegralOfItsPower", () => {
    const machine = createMachine(PUMP, 1);
    machine.order(true, 0);
    const stepMs = 1;
    let integral = 0;
    for (let ms = 0; ms < 20_000; ms += stepMs) integral += at(machine, ms + stepMs / 2).powerW * stepMs;
    expect(machine.advance(0, 20_000)).toBeCloseTo(integral / 20_000, 1);
    const parts = (machine.advance(0, 700) * 700 + machine.advance(700, 20_000) * 19_300) / 20_000;
    expect(parts).toBeCloseTo(machine.advance(0, 20_000), 6);
  });

  it("dutyCycleRunsAndRestsForItsMinutesWithinTheJitter", () => {
    const machine = createMachine(PUMP, 5);
    machine.order(true, 0);
    let last = 0;
    for (let turn = 0; turn < 20; turn++) {
      const minutes = (machine.nextSwitchMs - last) / 60_000;
      const nominal = machine.running ? 10 : 5;
      expect(Math.abs(minutes / nominal - 1)).toBeLessThanOrEqual(0.2);
      last = machine.nextSwitchMs;
      const before = machine.running;
      machine.switchIfDue(last);
      expect(machine.running).toBe(!before);
    }
  });

  it("orderedOffItStaysOffAndOrderedOnTwiceItStartsOnce", () => {
    const machine = createMachine(PUMP, 1);
    machine.order(true, 0);
    const first = machine.nextSwitchMs;
    machine.order(true, 1000);
    expect(machine.nextSwitchMs).toBe(first);
    machine.order(false, 2000);
    machine.switchIfDue(first);
    expect(machine.running).toBe(false);
    expect(at(machine, first).powerW).toBe(0);
  });
});
