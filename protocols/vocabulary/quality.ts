/** Why a reading can, or cannot, be believed. Part of the wire format: numbers never change meaning. */
export const QUALITY = {
  good: 0,
  noAnswer: 1,
  badFrame: 2,
  outOfRange: 4,
  notPresent: 5,
  stale: 6,
} as const;

/** One of QUALITY, or 16 + n for Modbus exception n (1–127). */
export type Quality = number;

const EXCEPTION_BASE = 16;
const EXCEPTION_MAX = 127;

const NAMES = new Map<number, string>([
  [QUALITY.good, "good"],
  [QUALITY.noAnswer, "no-answer"],
  [QUALITY.badFrame, "bad-frame"],
  [QUALITY.outOfRange, "out-of-range"],
  [QUALITY.notPresent, "not-present"],
  [QUALITY.stale, "stale"],
]);

/** The quality that says: the device answered with this exception code (Modbus V1.1b3, clause 7). */
export function exceptionQuality(code: number): Quality {
  return EXCEPTION_BASE + Math.min(Math.max(Math.trunc(code), 0), EXCEPTION_MAX);
}

/** True when a reading of this quality carries a value: good, or out of range (kept as evidence). */
export function carriesValue(quality: Quality): boolean {
  return quality === QUALITY.good || quality === QUALITY.outOfRange;
}

/** True when the device itself answered, whatever it said. */
export function isAnswer(quality: Quality): boolean {
  return quality !== QUALITY.noAnswer && quality !== QUALITY.badFrame && quality !== QUALITY.stale;
}

/** True for a number that is a quality of this format. */
export function isQuality(code: number): boolean {
  return NAMES.has(code) || (code >= EXCEPTION_BASE && code <= EXCEPTION_BASE + EXCEPTION_MAX);
}

/** The quality's name, such as `no-answer` or `exception(2)`. */
export function qualityName(quality: Quality): string {
  return NAMES.get(quality) ?? `exception(${quality - EXCEPTION_BASE})`;
}
