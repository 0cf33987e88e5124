import type { BitReader, BitWriter } from "./bit-stream.ts";

/**
 * Whole numbers around zero as Rice codes (Rice and Plaunt 1971; the way FLAC codes its residuals): zigzag, then the quotient by 2^k in
 * unary and k bits of remainder. k stands before them in five bits; 31 says that all are zero.
 */
const PARAMETER_BITS = 5;
const PARAMETER_MAX = 30;
const ALL_ZERO = 31;
/** From this quotient on the number itself follows instead: one outlier does not cost a thousand bits. */
const QUOTIENT_MAX = 20;
const ESCAPE_BITS = QUOTIENT_MAX + 6 + 53;

/** True when every value can be coded: its zigzag must be a safe integer. */
export function fitsRice(values: readonly number[]): boolean {
  return values.every((value) => Math.abs(value) < 2 ** 52);
}

/** The best parameter for these values, and what they cost with it in bits. */
export function planRice(values: readonly number[]): { readonly parameter: number; readonly bits: number } {
  let sum = 0;
  for (const value of values) sum += zigzag(value);
  if (sum === 0) return { parameter: ALL_ZERO, bits: PARAMETER_BITS };
  const near = Math.floor(Math.log2(Math.max(1, (sum / values.length) * Math.LN2)));
  let best = { parameter: 0, bits: Number.POSITIVE_INFINITY };
  for (let parameter = Math.max(0, near - 1); parameter <= Math.min(PARAMETER_MAX, near + 1); parameter++) {
    const bits = PARAMETER_BITS + costOf(values, parameter);
    if (bits < best.bits) best = { parameter, bits };
  }
  return best.bits < Number.POSITIVE_INFINITY
    ? best
    : { parameter: PARAMETER_MAX, bits: PARAMETER_BITS + costOf(values, PARAMETER_MAX) };
}

/** Writes the values with a parameter of planRice. */
export function writeRice(writer: BitWriter, values: readonly number[], parameter: number): void {
  writer.bits(parameter, PARAMETER_BITS);
  if (parameter === ALL_ZERO) return;
  for (const value of values) {
    const coded = zigzag(value);
    const quotient = Math.floor(coded / 2 ** parameter);
    if (quotient < QUOTIENT_MAX) {
      writer.unary(quotient);
      writer.bits(coded % 2 ** parameter, parameter);
    } else {
      for (let ones = 0; ones < QUOTIENT_MAX; ones++) writer.bits(1, 1);
      writer.number(coded);
    }
  }
}

/** The reverse of writeRice, for `count` values. */
export function readRice(reader: BitReader, count: number): number[] {
  const parameter = reader.bits(PARAMETER_BITS);
  if (parameter === ALL_ZERO) return new Array<number>(count).fill(0);
  return Array.from({ length: count }, () => {
    const quotient = reader.unary(QUOTIENT_MAX);
    if (quotient === QUOTIENT_MAX) return unzigzag(reader.number());
    return unzigzag(quotient * 2 ** parameter + reader.bits(parameter));
  });
}

function costOf(values: readonly number[], parameter: number): number {
  const scale = 2 ** parameter;
  let bits = 0;
  for (const value of values) {
    const quotient = Math.floor(zigzag(value) / scale);
    bits += quotient < QUOTIENT_MAX ? quotient + 1 + parameter : ESCAPE_BITS;
  }
  return bits;
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unzigzag(coded: number): number {
  return coded % 2 === 0 ? coded / 2 : 0 - (coded + 1) / 2;
}
