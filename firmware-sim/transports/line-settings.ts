export const PARITIES = ["none", "even", "odd"] as const;
export type Parity = (typeof PARITIES)[number];

/** How a serial line is set: eight data bits, one stop bit. */
export interface LineSettings {
  readonly baud: number;
  readonly parity: Parity;
  /** What a device takes to think before it answers, in milliseconds. */
  readonly turnaroundMs: number;
}

const SILENCE_CHARACTERS = 3.5;
/** Above 19,200 baud the silence is fixed: MODBUS over Serial Line V1.02, 2.5.1.1. */
const SILENCE_FIXED_ABOVE_BAUD = 19_200;
const SILENCE_FIXED_MS = 1.75;

/** How long one character takes on the wire, in milliseconds: start, eight data bits, parity where there is one, stop. */
export function characterMs(baud: number, parity: Parity): number {
  const bits = parity === "none" ? 10 : 11;
  return (bits * 1000) / baud;
}

/** The silence that ends a frame, in milliseconds. */
export function silenceMs(baud: number, parity: Parity): number {
  return baud > SILENCE_FIXED_ABOVE_BAUD ? SILENCE_FIXED_MS : SILENCE_CHARACTERS * characterMs(baud, parity);
}
