import type { FeederMeasurands } from "./measurands.ts";
import { PHASES, type PhaseLoad } from "./phase-load.ts";
import type { Supply } from "./supply.ts";

type PhaseName = (typeof PHASES)[number];

const PHASE_KEYS = PHASES.map(
  (phase: PhaseName) =>
    ({
      voltage: `voltage${phase}V`,
      current: `current${phase}A`,
      power: `power${phase}W`,
      apparent: `apparent${phase}Va`,
      reactive: `reactive${phase}Var`,
      powerFactor: `powerFactor${phase}`,
    }) as const,
);

/** The busbar that all feeders hang on: its supply (null: dark), what all of them draw, and the share of its voltage that a sag leaves. */
export interface Busbar {
  readonly supply: Supply | null;
  readonly load: PhaseLoad;
  readonly sagShare: number;
}

/** Writes what a meter would see of `load`, a part of the busbar's or all of it. */
export function writeElectrical(to: FeederMeasurands, load: PhaseLoad, busbar: Busbar): void {
  const { supply, sagShare } = busbar;
  to.powerW = 0;
  to.reactiveVar = 0;
  to.apparentVa = 0;
  for (const [phase, keys] of PHASE_KEYS.entries()) {
    const powerW = supply ? (load.powerW[phase] ?? 0) : 0;
    const reactiveVar = supply ? (load.reactiveVar[phase] ?? 0) : 0;
    const apparentVa = Math.hypot(powerW, reactiveVar);
    const wholeVa = Math.hypot(busbar.load.powerW[phase] ?? 0, busbar.load.reactiveVar[phase] ?? 0);
    const voltageV = sagShare * (supply?.voltageV(phase, wholeVa) ?? 0);
    to[keys.voltage] = voltageV;
    to[keys.current] = voltageV > 0 ? apparentVa / voltageV : 0;
    to[keys.power] = powerW;
    to[keys.apparent] = apparentVa;
    to[keys.reactive] = reactiveVar;
    to[keys.powerFactor] = powerFactor(powerW, apparentVa);
    to.powerW += powerW;
    to.reactiveVar += reactiveVar;
    to.apparentVa += apparentVa;
  }
  to.voltageAverageV = (to.voltageL1V + to.voltageL2V + to.voltageL3V) / 3;
  to.voltageL12V = between(to.voltageL1V, to.voltageL2V);
  to.voltageL23V = between(to.voltageL2V, to.voltageL3V);
  to.voltageL31V = between(to.voltageL3V, to.voltageL1V);
  to.currentNeutralA = neutral(to.currentL1A, to.currentL2A, to.currentL3A);
  to.powerFactor = powerFactor(to.powerW, to.apparentVa);
  to.frequencyHz = supply?.frequencyHz() ?? 0;
}

/** Meters show 1 when nothing flows. */
function powerFactor(powerW: number, apparentVa: number): number {
  return apparentVa > 0 ? powerW / apparentVa : 1;
}

/** Of two phases 120° apart. */
function between(oneV: number, otherV: number): number {
  return Math.sqrt(oneV ** 2 + otherV ** 2 + oneV * otherV);
}

/** What three currents 120° apart leave over. */
function neutral(l1A: number, l2A: number, l3A: number): number {
  return Math.sqrt(Math.max(0, l1A ** 2 + l2A ** 2 + l3A ** 2 - l1A * l2A - l2A * l3A - l3A * l1A));
}
