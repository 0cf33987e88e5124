/**
 * What can be measured of a feeder at one instant. SI units as named: V, A, W, VA, var, Hz, kWh.
 * `L1` to `L3` are its phases, `L12` to `L31` the voltages between them.
 */
export interface FeederMeasurands {
  voltageL1V: number;
  voltageL2V: number;
  voltageL3V: number;
  voltageAverageV: number;
  voltageL12V: number;
  voltageL23V: number;
  voltageL31V: number;
  currentL1A: number;
  currentL2A: number;
  currentL3A: number;
  currentNeutralA: number;
  powerL1W: number;
  powerL2W: number;
  powerL3W: number;
  apparentL1Va: number;
  apparentL2Va: number;
  apparentL3Va: number;
  reactiveL1Var: number;
  reactiveL2Var: number;
  reactiveL3Var: number;
  powerFactorL1: number;
  powerFactorL2: number;
  powerFactorL3: number;
  powerW: number;
  apparentVa: number;
  reactiveVar: number;
  powerFactor: number;
  frequencyHz: number;
  importKwh: number;
  /** What a meter on L1 alone has counted. */
  importL1Kwh: number;
  exportKwh: number;
}

/** What can be measured at the site: of the incomer, of the air (ppb, ppm, °C, %RH) and of the water (m³, m³/h). */
export interface Measurands extends FeederMeasurands {
  vocPpb: number;
  co2Ppm: number;
  temperatureC: number;
  humidityPercent: number;
  waterM3: number;
  waterM3PerHour: number;
}

export type Measurand = keyof Measurands;

/** All zero: a feeder that has not been looked at yet. */
export function noFeederMeasurands(): FeederMeasurands {
  return {
    voltageL1V: 0,
    voltageL2V: 0,
    voltageL3V: 0,
    voltageAverageV: 0,
    voltageL12V: 0,
    voltageL23V: 0,
    voltageL31V: 0,
    currentL1A: 0,
    currentL2A: 0,
    currentL3A: 0,
    currentNeutralA: 0,
    powerL1W: 0,
    powerL2W: 0,
    powerL3W: 0,
    apparentL1Va: 0,
    apparentL2Va: 0,
    apparentL3Va: 0,
    reactiveL1Var: 0,
    reactiveL2Var: 0,
    reactiveL3Var: 0,
    powerFactorL1: 1,
    powerFactorL2: 1,
    powerFactorL3: 1,
    powerW: 0,
    apparentVa: 0,
    reactiveVar: 0,
    powerFactor: 1,
    frequencyHz: 0,
    importKwh: 0,
    importL1Kwh: 0,
    exportKwh: 0,
  };
}

/** All zero: a site that has not been looked at yet. */
export function noMeasurands(): Measurands {
  return {
    ...noFeederMeasurands(),
    vocPpb: 0,
    co2Ppm: 0,
    temperatureC: 0,
    humidityPercent: 0,
    waterM3: 0,
    waterM3PerHour: 0,
  };
}
