/** A number as people read it: `1.32` and `kW`. */
export interface Quantity {
  readonly text: string;
  readonly unit: string;
}

const DISPLAY: Readonly<Record<string, { unit: string; factor: number; decimals?: number }>> = {
  W: { unit: "kW", factor: 0.001 },
  var: { unit: "kvar", factor: 0.001 },
  VA: { unit: "kVA", factor: 0.001 },
  Wh: { unit: "kWh", factor: 0.001, decimals: 1 },
  kWh: { unit: "kWh", factor: 1, decimals: 1 },
  V: { unit: "V", factor: 1, decimals: 1 },
  A: { unit: "A", factor: 1, decimals: 2 },
  Hz: { unit: "Hz", factor: 1, decimals: 2 },
  ppb: { unit: "ppb", factor: 1, decimals: 0 },
  ppm: { unit: "ppm", factor: 1, decimals: 0 },
  "1": { unit: "", factor: 1, decimals: 3 },
  "": { unit: "", factor: 1 },
};

/** What a unit of the API is shown in, and what to multiply by. */
export function displayUnit(unit: string): { unit: string; factor: number } {
  return DISPLAY[unit] ?? { unit, factor: 1 };
}

/** A value of the API with its unit, as shown. */
export function quantity(value: number, unit: string): Quantity {
  const shown = DISPLAY[unit] ?? { unit, factor: 1 };
  return { text: numberText(value * shown.factor, shown.decimals), unit: shown.unit };
}

/** `1.32 kW`. */
export function quantityText(value: number, unit: string): string {
  const shown = quantity(value, unit);
  return shown.unit === "" ? shown.text : `${shown.text} ${shown.unit}`;
}

/** A number with the decimals its size deserves, or those given; thousands apart. */
export function numberText(value: number, decimals = defaultDecimals(value)): string {
  const text = Math.abs(value).toFixed(decimals);
  const [whole = "0", part] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = value < 0 && Number(text) !== 0 ? "−" : "";
  return sign + (part === undefined ? grouped : `${grouped}.${part}`);
}

function defaultDecimals(value: number): number {
  const size = Math.abs(value);
  return size < 10 ? 2 : size < 100 ? 1 : 0;
}
