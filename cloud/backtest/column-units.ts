import type { ChannelKind } from "@sealwatch/protocols";

/** How values of a kind are journaled: the unit and decimals of the fold, and what one of each unit that people write is in it. */
interface KindUnits {
  readonly unit: string;
  readonly decimals: number;
  readonly factors: Readonly<Record<string, number>>;
}

const W = { W: 1, kW: 1_000, MW: 1_000_000 };
const KWH = { Wh: 0.001, kWh: 1, MWh: 1_000 };
const CODE: KindUnits = { unit: "", decimals: 0, factors: { "": 1 } };

/** The units of each kind of column. */
export const KIND_UNITS: Readonly<Record<ChannelKind, KindUnits>> = {
  "active-power": { unit: "W", decimals: 1, factors: W },
  "reactive-power": { unit: "var", decimals: 1, factors: { var: 1, kvar: 1_000, Mvar: 1_000_000 } },
  "apparent-power": { unit: "VA", decimals: 1, factors: { VA: 1, kVA: 1_000, MVA: 1_000_000 } },
  "power-factor": { unit: "", decimals: 3, factors: { "": 1 } },
  voltage: { unit: "V", decimals: 1, factors: { V: 1, kV: 1_000 } },
  current: { unit: "A", decimals: 3, factors: { A: 1, mA: 0.001 } },
  frequency: { unit: "Hz", decimals: 2, factors: { Hz: 1 } },
  "energy-import": { unit: "kWh", decimals: 3, factors: KWH },
  "energy-export": { unit: "kWh", decimals: 3, factors: KWH },
  contact: CODE,
  voc: { unit: "ppb", decimals: 0, factors: { ppb: 1, ppm: 1_000 } },
  co2: { unit: "ppm", decimals: 0, factors: { ppm: 1 } },
  temperature: { unit: "°C", decimals: 1, factors: { "°C": 1 } },
  humidity: { unit: "%RH", decimals: 1, factors: { "%RH": 1, "%": 1 } },
  "loop-current": { unit: "mA", decimals: 3, factors: { mA: 1 } },
  "seal-loop": CODE,
  "water-volume": { unit: "m3", decimals: 3, factors: { m3: 1, "m³": 1, L: 0.001 } },
  "water-flow": {
    unit: "m3/h",
    decimals: 4,
    factors: { "m3/h": 1, "m³/h": 1, "L/h": 0.001, "L/min": 0.06, "L/s": 3.6 },
  },
  "supply-voltage": { unit: "V", decimals: 2, factors: { V: 1 } },
  "battery-charge": { unit: "%", decimals: 0, factors: { "%": 1 } },
  "ct-ratio": CODE,
  "pt-ratio": CODE,
  "serial-number": CODE,
  "device-clock": { unit: "s", decimals: 0, factors: { s: 1 } },
  "device-status": CODE,
};

/** What to write for the unit of a kind, or null when `unit` will do; none will do where there is one of that size only. */
export function unitFix(kind: ChannelKind, unit: string | undefined): string | null {
  const { factors } = KIND_UNITS[kind];
  const units = Object.keys(factors);
  if (unit === undefined ? new Set(Object.values(factors)).size === 1 : Object.hasOwn(factors, unit))
    return null;
  const choices = units.filter((choice) => choice !== "");
  return choices.length > 0
    ? `${kind} is in ${choices.join(", ")}: write which`
    : `leave it out: ${kind} has none`;
}

/** A value of a column in the unit of the fold. */
export function inFoldUnit(
  { kind, unit }: { readonly kind: ChannelKind; readonly unit?: string | undefined },
  value: number,
): number {
  const { factors } = KIND_UNITS[kind];
  return value * (unit === undefined ? 1 : (factors[unit] ?? 1));
}
