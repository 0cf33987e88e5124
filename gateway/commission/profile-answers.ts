import {
  type DecodedPoint,
  type DevicePoint,
  decodePoint,
  exceptionQuality,
  isModbusPoint,
  type PointValues,
  QUALITY,
  ratiosOf,
  registersOf,
  type TransformerRatios,
  toValue,
} from "@sealwatch/protocols";
import type { LinkOutcome } from "../sense/link.ts";
import { type ProfileQuestion, questionText, rawIn } from "./profile-questions.ts";

const ILLEGAL_ADDRESS = exceptionQuality(2);

/** One point as a device answered it; `value` in the point's unit, null where there is none. */
export interface PointAnswer {
  readonly point: DevicePoint;
  readonly decoded: DecodedPoint;
  readonly value: number | null;
}

/** What was answered, by `questionText`. */
export type QuestionOutcomes = ReadonlyMap<string, LinkOutcome>;

/** The points of `questions` with what `outcomes` say of them, by the device's own ratios or else `ctRatio`. */
export function pointAnswers(
  questions: readonly ProfileQuestion[],
  outcomes: QuestionOutcomes,
  ctRatio?: number,
): PointAnswer[] {
  const bare = decodeAll(questions, outcomes, null);
  const points = bare.map(({ point }) => point);
  const ratios = ratiosOf(points, valuesOf(bare), { ct: ctRatio });
  return ratios ? decodeAll(questions, outcomes, ratios) : bare;
}

/** Values by point; null where the device said that it has none, no entry where it did not answer. */
export function valuesOf(answers: readonly PointAnswer[]): PointValues {
  const said = answers.filter(
    ({ decoded, value }) => value !== null || decoded.quality === QUALITY.notPresent,
  );
  return Object.fromEntries(said.map(({ point, value }) => [point.id, value]));
}

/** As valuesOf; a register that the device says it lacks (exception 2) has no value, too. */
export function fingerprintValues(answers: readonly PointAnswer[]): PointValues {
  const lacking = answers.filter(({ decoded }) => decoded.quality === ILLEGAL_ADDRESS);
  return { ...valuesOf(answers), ...Object.fromEntries(lacking.map(({ point }) => [point.id, null])) };
}

function decodeAll(
  questions: readonly ProfileQuestion[],
  outcomes: QuestionOutcomes,
  ratios: TransformerRatios | null,
): PointAnswer[] {
  return questions.flatMap((question) => {
    const outcome = outcomes.get(questionText(question));
    return question.points.map((point: DevicePoint): PointAnswer => {
      const raw = rawIn(question, point, outcome);
      if (!raw) return { point, decoded: { scaled: null, quality: failureOf(outcome) }, value: null };
      const decoded = decodePoint(point, raw, ratios);
      return {
        point,
        decoded,
        value: decoded.scaled === null ? null : toValue(decoded.scaled, point.decimals),
      };
    });
  });
}

function failureOf(outcome: LinkOutcome | undefined): number {
  return outcome && "quality" in outcome ? outcome.quality : QUALITY.noAnswer;
}

/** A float this small is two other things read as one. */
const FLOAT_TINY = 1e-6;
/** Of all float patterns about one in eight lies between a thousandth and a hundred thousand. */
const SURPRISE_MAX_BITS = 3;

/** True for a value that the right device would not give. */
export function isNonsense({ point, decoded, value }: PointAnswer): boolean {
  if (decoded.quality === QUALITY.outOfRange) return true;
  const float = isModbusPoint(point) && point.type === "f32";
  return float && value !== null && value !== 0 && Math.abs(value) < FLOAT_TINY;
}

/** How few of all bit patterns would be in the point's range, in bits: 0 for zero, which empty registers hold, too. */
export function surpriseBits(answer: PointAnswer): number {
  const { point, decoded, value } = answer;
  if (decoded.quality !== QUALITY.good || value === null || value === 0 || isNonsense(answer)) return 0;
  if (!isModbusPoint(point)) return SURPRISE_MAX_BITS;
  if (point.type === "bit" || point.loop || point.sealLoop) return 0;
  if (point.type === "f32") return SURPRISE_MAX_BITS;
  const patterns = 2 ** (16 * registersOf(point.type));
  const [low, high] = point.range;
  const bits = Math.log2((patterns * point.scale) / (high - low));
  return Math.min(Math.max(bits, 0), SURPRISE_MAX_BITS);
}
