/** Bits that frame a character, and their speed. Data bits are always 8. */
export interface LineSettings {
  readonly baud: number;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

/** Above this speed the silence between frames no longer shrinks. MODBUS over Serial Line V1.02, 2.5.1.1. */
const FIXED_SILENCE_ABOVE_BAUD = 19_200;
const FIXED_SILENCE_MS = 1.75;
const SILENCE_CHARS = 3.5;

/** How long one character is on the wire: start bit, 8 data bits, parity, stop bits. */
export function characterMs({ baud, parity, stopBits }: LineSettings): number {
  return ((1 + 8 + (parity === "none" ? 0 : 1) + stopBits) * 1_000) / baud;
}

/** The silence that ends a frame, and must precede the next. */
export function frameSilenceMs(line: LineSettings): number {
  return line.baud > FIXED_SILENCE_ABOVE_BAUD ? FIXED_SILENCE_MS : SILENCE_CHARS * characterMs(line);
}
