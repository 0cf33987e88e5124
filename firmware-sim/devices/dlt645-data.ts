import type { Quantity, SecondaryOf } from "./register-table.ts";

export const DLT645_MODELS = ["dlt645-single-phase", "dlt645-three-phase"] as const;
export type Dlt645Model = (typeof DLT645_MODELS)[number];

export function isDlt645Model(model: string): model is Dlt645Model {
  return DLT645_MODELS.some((known) => known === model);
}

/** What one data identifier holds: values of `bytes` BCD bytes each; null is a phase that the meter does not have, 0 a counter that stands. */
export interface Dlt645Datum {
  readonly quantities: readonly (Quantity | null | 0)[];
  readonly bytes: number;
  readonly decimals: number;
  readonly signed?: boolean;
  readonly scale?: number;
  readonly secondaryOf?: SecondaryOf;
}

const KILO = 0.001;
/** Formats of DL/T 645-2007, annex A, with the unit of the last digit: 0.01 kWh, 0.1 V, 0.001 A, 0.1 W, 0.001, 0.01 Hz. */
const energy = { bytes: 4, decimals: 2, secondaryOf: "ct-pt" } as const;
const voltage = { bytes: 2, decimals: 1, secondaryOf: "pt" } as const;
const current = { bytes: 3, decimals: 3, signed: true, secondaryOf: "ct" } as const;
const power = { bytes: 3, decimals: 4, signed: true, scale: KILO, secondaryOf: "ct-pt" } as const;
const powerFactor = { bytes: 2, decimals: 3, signed: true } as const;
const frequency = { bytes: 2, decimals: 2 } as const;

/** The total, and as many tariffs as the standard knows, of which only the first is ever in force here. */
const TARIFFS = 63;
const allTariffs = (total: Quantity) => [total, total, ...Array<0>(TARIFFS - 1).fill(0)];

/** Data identifiers as printed, high byte first; `FF` as third byte is the block of all. */
type Dlt645Data = Readonly<Record<string, Dlt645Datum>>;

const threePhase: Dlt645Data = {
  "00010000": { ...energy, quantities: ["importKwh"] },
  "0001FF00": { ...energy, quantities: allTariffs("importKwh") },
  "00020000": { ...energy, quantities: ["exportKwh"] },
  "02010100": { ...voltage, quantities: ["voltageL1V"] },
  "02010200": { ...voltage, quantities: ["voltageL2V"] },
  "02010300": { ...voltage, quantities: ["voltageL3V"] },
  "0201FF00": { ...voltage, quantities: ["voltageL1V", "voltageL2V", "voltageL3V"] },
  "02020100": { ...current, quantities: ["currentL1A"] },
  "02020200": { ...current, quantities: ["currentL2A"] },
  "02020300": { ...current, quantities: ["currentL3A"] },
  "0202FF00": { ...current, quantities: ["currentL1A", "currentL2A", "currentL3A"] },
  "02030000": { ...power, quantities: ["powerW"] },
  "02030100": { ...power, quantities: ["powerL1W"] },
  "02030200": { ...power, quantities: ["powerL2W"] },
  "02030300": { ...power, quantities: ["powerL3W"] },
  "0203FF00": { ...power, quantities: ["powerW", "powerL1W", "powerL2W", "powerL3W"] },
  "02040000": { ...power, quantities: ["reactiveVar"] },
  "0204FF00": { ...power, quantities: ["reactiveVar", "reactiveL1Var", "reactiveL2Var", "reactiveL3Var"] },
  "02050000": { ...power, quantities: ["apparentVa"] },
  "0205FF00": { ...power, quantities: ["apparentVa", "apparentL1Va", "apparentL2Va", "apparentL3Va"] },
  "02060000": { ...powerFactor, quantities: ["powerFactor"] },
  "02060100": { ...powerFactor, quantities: ["powerFactorL1"] },
  "02060200": { ...powerFactor, quantities: ["powerFactorL2"] },
  "02060300": { ...powerFactor, quantities: ["powerFactorL3"] },
  "0206FF00": {
    ...powerFactor,
    quantities: ["powerFactor", "powerFactorL1", "powerFactorL2", "powerFactorL3"],
  },
  "02800002": { ...frequency, quantities: ["frequencyHz"] },
};

/** Wired to L1; the other phases of a block read FF FF. */
const singlePhase: Dlt645Data = {
  "00010000": { ...energy, quantities: ["importL1Kwh"] },
  "0001FF00": { ...energy, quantities: allTariffs("importL1Kwh") },
  "00020000": { ...energy, quantities: ["exportKwh"] },
  "02010100": { ...voltage, quantities: ["voltageL1V"] },
  "0201FF00": { ...voltage, quantities: ["voltageL1V", null, null] },
  "02020100": { ...current, quantities: ["currentL1A"] },
  "0202FF00": { ...current, quantities: ["currentL1A", null, null] },
  "02030000": { ...power, quantities: ["powerL1W"] },
  "02030100": { ...power, quantities: ["powerL1W"] },
  "02040000": { ...power, quantities: ["reactiveL1Var"] },
  "02050000": { ...power, quantities: ["apparentL1Va"] },
  "02060000": { ...powerFactor, quantities: ["powerFactorL1"] },
  "02800002": { ...frequency, quantities: ["frequencyHz"] },
};

/** What each meter answers, by 600888/dlt645 variable_types.json and DL/T 645-2007 annex A; the settings are in dlt645-meter.ts. */
export const DLT645_DATA: Readonly<Record<Dlt645Model, Dlt645Data>> = {
  "dlt645-single-phase": singlePhase,
  "dlt645-three-phase": threePhase,
};
