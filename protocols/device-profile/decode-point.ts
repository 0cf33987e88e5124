import { decodeDlt645Value } from "../dlt645/dlt645-value.ts";
import { toScaled } from "../vocabulary/channel.ts";
import { QUALITY, type Quality } from "../vocabulary/quality.ts";
import {
  type DevicePoint,
  isModbusPoint,
  type ModbusPoint,
  registersOf,
  type ValueType,
} from "./device-point.ts";
import { loopValue } from "./loop-input.ts";
import { classifySealLoop, SEAL_LOOP } from "./seal-loop.ts";
import { multiplierOf, type TransformerRatios } from "./transformer-ratio.ts";

/** A value as it is journaled: scaled integer (null where the quality carries none) and whether it can be believed. */
export interface DecodedPoint {
  readonly scaled: number | null;
  readonly quality: Quality;
}

const NOT_PRESENT: DecodedPoint = { scaled: null, quality: QUALITY.notPresent };

/**
 * Turns one point's registers (most significant byte first, as received), its one bit (0 or 1) or its DL/T 645 bytes into a reading.
 * NaN, infinity, the listed patterns, a broken loop and what no integer can hold are not present; a value outside the range is kept,
 * and said to be outside. A point of the secondary side is not present while `ratios` are not known.
 */
export function decodePoint(
  point: DevicePoint,
  raw: readonly number[],
  ratios: TransformerRatios | null = null,
): DecodedPoint {
  const measured = isModbusPoint(point)
    ? measureModbus(point, raw)
    : decodeDlt645Value(Uint8Array.from(raw), point.format, point.signed);
  const multiplier = multiplierOf(point, ratios);
  if (measured === null || multiplier === null || !Number.isFinite(measured)) return NOT_PRESENT;
  const scaled = toScaled(measured * multiplier, point.decimals);
  if (scaled === null) return NOT_PRESENT;
  const [low, high] = point.range;
  return { scaled, quality: measured < low || measured > high ? QUALITY.outOfRange : QUALITY.good };
}

function measureModbus(point: ModbusPoint, raw: readonly number[]): number | null {
  const value = point.type === "bit" ? (raw[0] ?? null) : decodeRegisters(point, point.type, raw);
  if (value === null || !Number.isFinite(value)) return null;
  const measured = value * point.scale;
  if (point.sealLoop) {
    const state = classifySealLoop(point.sealLoop, measured);
    return state && SEAL_LOOP[state];
  }
  return point.loop ? loopValue(point.loop, measured) : measured;
}

type RegisterType = Exclude<ValueType, "bit">;

function decodeRegisters(point: ModbusPoint, type: RegisterType, raw: readonly number[]): number | null {
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
