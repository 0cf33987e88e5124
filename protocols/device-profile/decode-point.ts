import { toScaled } from "../vocabulary/channel.ts";
import { QUALITY, type Quality } from "../vocabulary/quality.ts";
import { type DevicePoint, registersOf, type ValueType } from "./device-profile.ts";

/** A value as it is journaled: scaled integer (null where the quality carries none) and whether it can be believed. */
export interface DecodedPoint {
  readonly scaled: number | null;
  readonly quality: Quality;
}

const NOT_PRESENT: DecodedPoint = { scaled: null, quality: QUALITY.notPresent };

/**
 * Turns one point's registers (most significant byte first, as received) or its one bit (0 or 1) into a reading. NaN, infinity,
 * the listed patterns and what no integer can hold are not present; a value outside the range is kept, and said to be outside.
 */
export function decodePoint(point: DevicePoint, raw: readonly number[]): DecodedPoint {
  const value = point.type === "bit" ? (raw[0] ?? null) : decodeRegisters(point, point.type, raw);
  if (value === null || !Number.isFinite(value)) return NOT_PRESENT;
  const measured = value * point.scale;
  const scaled = toScaled(measured, point.decimals);
  if (scaled === null) return NOT_PRESENT;
  const [low, high] = point.range;
  return { scaled, quality: measured < low || measured > high ? QUALITY.outOfRange : QUALITY.good };
}

type RegisterType = Exclude<ValueType, "bit">;

function decodeRegisters(point: DevicePoint, type: RegisterType, raw: readonly number[]): number | null {
  if (raw.length !== registersOf(type)) return null;
  const words = point.wordOrder === "low-first" ? raw.toReversed() : raw;
  const pattern = words.reduce((sum, word) => sum * 0x10000 + word, 0);
  return point.notNumbers.includes(pattern) ? null : interpret(type, words, pattern);
}

function interpret(type: RegisterType, words: readonly number[], pattern: number): number {
  switch (type) {
    case "s16":
      return (pattern << 16) >> 16;
    case "s32":
      return pattern | 0;
    case "f32":
      return asFloat32(pattern);
    case "s64":
      return Number(BigInt.asIntN(64, exact(words)));
    case "u64":
      return Number(exact(words));
    default:
      return pattern;
  }
}

const floatView = new DataView(new ArrayBuffer(4));

function asFloat32(pattern: number): number {
  floatView.setUint32(0, pattern);
  return floatView.getFloat32(0);
}

/** A sum of doubles is exact to 53 bits only. */
function exact(words: readonly number[]): bigint {
  return words.reduce((sum, word) => (sum << 16n) | BigInt(word), 0n);
}
