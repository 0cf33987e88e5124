/**
 * Watts as two printable characters, and scales as one: a learned fortnight must stay small as JSON. Logarithmic: a value is kept
 * to three quarters of a per cent, a scale to nine per cent.
 */
const FIRST = 35;
/** `#` to `~` without the backslash, which JSON would double. */
const ALPHABET = Array.from({ length: 92 }, (_, index) => String.fromCharCode(FIRST + index))
  .filter((character) => character !== "\\")
  .join("");
const BASE = ALPHABET.length;
const MIDDLE = Math.floor((BASE * BASE) / 2);
const WATTS_PER_OCTAVE = 64;
const SCALES_PER_OCTAVE = 4;
const NONE = " ";

/** Two characters; null is two blanks. */
export function packWatts(watts: number | null): string {
  if (watts === null) return NONE + NONE;
  const size = Math.round(WATTS_PER_OCTAVE * Math.log2(1 + Math.abs(watts)));
  const code = MIDDLE + Math.sign(watts) * Math.min(MIDDLE - 1, size);
  return letter(Math.floor(code / BASE)) + letter(code % BASE);
}

/** The value at a place of a packed list, or null. */
export function unpackWatts(packed: string, at: number): number | null {
  const [high, low] = [ALPHABET.indexOf(packed[at] ?? NONE), ALPHABET.indexOf(packed[at + 1] ?? NONE)];
  if (high < 0 || low < 0) return null;
  const code = high * BASE + low - MIDDLE;
  return Math.round(10 * Math.sign(code) * (2 ** (Math.abs(code) / WATTS_PER_OCTAVE) - 1)) / 10 + 0;
}

/** One character; null is a blank. */
export function packScale(watts: number | null): string {
  if (watts === null) return NONE;
  return letter(Math.round(SCALES_PER_OCTAVE * Math.log2(1 + Math.max(0, watts))));
}

/** The scale at a place of a packed list, or null. */
export function unpackScale(packed: string, at: number): number | null {
  const code = ALPHABET.indexOf(packed[at] ?? NONE);
  return code < 0 ? null : 2 ** (code / SCALES_PER_OCTAVE) - 1;
}

function letter(code: number): string {
  return ALPHABET[Math.min(BASE - 1, code)] ?? NONE;
}
