import {
  type DevicePoint,
  type DeviceProfile,
  identityConfidence,
  type PointValues,
  priorityOf,
  QUALITY,
  qualityName,
} from "@sealwatch/protocols";
import { identificationText } from "./device-identification.ts";
import {
  fingerprintValues,
  isNonsense,
  type PointAnswer,
  pointAnswers,
  type QuestionOutcomes,
  surpriseBits,
} from "./profile-answers.ts";
import { identityQuestionsOf, type ProfileQuestion, questionsOf, questionText } from "./profile-questions.ts";
import { selfChecks } from "./self-checks.ts";

/** A profile, and how likely it is what answered: against the other profiles, and against none of them. */
export interface ProfileMatch {
  readonly profile: DeviceProfile;
  /** 0 to 1; the confidences of all profiles sum to less than 1. */
  readonly confidence: number;
  /** What spoke for (+) and against (-) it, the weightiest first. */
  readonly reasons: readonly string[];
  readonly answers: readonly PointAnswer[];
}

/** What one device answered while it was examined. */
export interface Examination {
  /** Function 43/14; empty where it is not spoken. */
  readonly identification: ReadonlyMap<number, string>;
  readonly outcomes: QuestionOutcomes;
}

/** One observation: how many bits it speaks for the profile (below 0: against). */
interface Evidence {
  readonly bits: number;
  readonly says: string;
}

/** One device in eight is of a given model before anything is known of it. */
const PRIOR_BITS = -3;
const NAMED_MODEL_BITS = 12;
const NAMED_VENDOR_BITS = 5;
/** A meter that does not tell its ratio is judged by the secondary side. */
const ASSUMED_CT_RATIO = 1;
const FINGERPRINT_FOR_BITS = 16;
/** Editions of a device differ in what a fingerprint names: a missing one weighs less. */
const FINGERPRINT_AGAINST_BITS = 8;
/** A register of 16 bits holds one certain number by chance in one of 65,536 devices. */
const EXACT_FINGERPRINT_BITS = 16;
/** Fingerprints that fit to this part say nothing. */
const FINGERPRINT_NEUTRAL = 0.4;
const READ_REFUSED_BITS = -8;
/** Serial numbers, ratios and clocks are not in every edition. */
const IDENTITY_REFUSED_BITS = -2;
const READ_SILENT_BITS = -4;
/** An answer says the more, the fewer questions the device answers at all. */
const ANSWERED_BITS_MAX = 4;
/** Few devices have single bits to read, and exactly as many. */
const BIT_READ_BITS = 9;
const REGISTERS_BESIDE_BITS = -6;
const CHECK_BITS = 4;
const CHECK_FAILED_BITS = -6;
const OUT_OF_RANGE_BITS = -3;
const IN_RANGE_TOTAL_BITS_MAX = 48;
const REASONS_MAX = 6;

/** Ranks the profiles by what was answered, the likeliest first. Pure. */
export function matchProfiles(profiles: readonly DeviceProfile[], seen: Examination): ProfileMatch[] {
  const judged = profiles.map((profile) => {
    const answers = pointAnswers(questionsOf(profile), seen.outcomes, ASSUMED_CT_RATIO);
    const evidence = evidenceFor(profile, answers, seen);
    const bits = evidence.reduce((sum, one) => sum + one.bits, PRIOR_BITS);
    return { profile, answers, evidence, weight: 2 ** bits };
  });
  const all = judged.reduce((sum, { weight }) => sum + weight, 1);
  return judged
    .map(({ profile, answers, evidence, weight }) => ({
      profile,
      answers,
      confidence: weight / all,
      reasons: heaviest(evidence),
    }))
    .toSorted((left, right) => right.confidence - left.confidence);
}

function heaviest(evidence: readonly Evidence[]): string[] {
  return evidence
    .filter(({ bits }) => bits !== 0)
    .toSorted((left, right) => Math.abs(right.bits) - Math.abs(left.bits))
    .slice(0, REASONS_MAX)
    .map(({ bits, says }) => `${bits > 0 ? "+" : "-"} ${says}`);
}

function evidenceFor(
  profile: DeviceProfile,
  answers: readonly PointAnswer[],
  { identification, outcomes }: Examination,
): Evidence[] {
  return [
    ...namedIn(profile, identification),
    ...identityEvidence(profile, { identification, outcomes }),
    ...questionsOf(profile).map((question) => questionEvidence(question, outcomes)),
    ...selfChecks(profile, answers).map(({ name, agrees, says }) => ({
      bits: agrees ? CHECK_BITS : CHECK_FAILED_BITS,
      says: `${name}: ${says}${agrees ? "" : ": does not fit"}`,
    })),
    ...valueEvidence(answers),
    ...registersBesideBits(profile, outcomes),
  ];
}

/** What the device says of itself beats what its registers look like. */
function namedIn(profile: DeviceProfile, identification: ReadonlyMap<number, string>): Evidence[] {
  if (identification.size === 0) return [];
  const text = letters([...identification.values()].join(" "));
  const says = `it says ${identificationText(identification)}`;
  if (text.includes(letters(profile.model))) return [{ bits: NAMED_MODEL_BITS, says }];
  return text.includes(letters(profile.vendor)) ? [{ bits: NAMED_VENDOR_BITS, says }] : [];
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** What the profile itself states as its fingerprints: a full match of telling ones is worth what a name is. */
function identityEvidence(profile: DeviceProfile, { identification, outcomes }: Examination): Evidence[] {
  if (!profile.identity) return [];
  const values = fingerprintValues(pointAnswers(identityQuestionsOf(profile), outcomes));
  const said = { vendor: identification.get(0), product: identification.get(1) };
  const confidence = identityConfidence(profile, values, said);
  const weight = confidence < FINGERPRINT_NEUTRAL ? FINGERPRINT_AGAINST_BITS : FINGERPRINT_FOR_BITS;
  const bits = (confidence - FINGERPRINT_NEUTRAL) * weight;
  return [
    { bits, says: `its fingerprints fit to ${Math.round(confidence * 100)} %` },
    ...exactEvidence(profile, values),
  ];
}

/** A number that the maker gave to this model alone. */
function exactEvidence({ identity }: DeviceProfile, values: PointValues): Evidence[] {
  return (identity?.registers ?? [])
    .filter(({ id, equals }) => equals !== undefined && equals !== 0 && values[id] === equals)
    .map(({ id, equals, meaning }) => ({
      bits: EXACT_FINGERPRINT_BITS,
      says: `${id} is 0x${equals?.toString(16).toUpperCase().padStart(4, "0")} (${meaning})`,
    }));
}

function questionEvidence(question: ProfileQuestion, outcomes: QuestionOutcomes): Evidence {
  const says = questionText(question);
  const outcome = outcomes.get(says);
  if (!outcome) return { bits: 0, says };
  if (!("quality" in outcome))
    return { bits: answeredBits(question, outcomes), says: `answers ${says}, ${shareText(outcomes)}` };
  const silent = outcome.quality === QUALITY.noAnswer || outcome.quality === QUALITY.badFrame;
  const optional = question.points.every((point: DevicePoint) => priorityOf(point) === "identity");
  const refused = optional ? IDENTITY_REFUSED_BITS : READ_REFUSED_BITS;
  return {
    bits: silent ? READ_SILENT_BITS : refused,
    says: `${silent ? "no answer" : qualityName(outcome.quality)} to ${says}`,
  };
}

function answeredBits(question: ProfileQuestion, outcomes: QuestionOutcomes): number {
  if ("request" in question && question.request.functionCode <= 2) return BIT_READ_BITS;
  return Math.min(Math.log2(outcomes.size / answeredOf(outcomes)), ANSWERED_BITS_MAX);
}

function answeredOf(outcomes: QuestionOutcomes): number {
  return [...outcomes.values()].filter((outcome) => !("quality" in outcome)).length;
}

function shareText(outcomes: QuestionOutcomes): string {
  return `as ${answeredOf(outcomes)} of ${outcomes.size} questions`;
}

/** A module of contacts refuses registers; what answers to everything is something else. */
function registersBesideBits(profile: DeviceProfile, outcomes: QuestionOutcomes): Evidence[] {
  const questions = questionsOf(profile);
  if (!questions.every((question) => "request" in question && question.request.functionCode <= 2)) return [];
  const others = [...outcomes].filter(
    ([text, outcome]) => "values" in outcome && !/^function [12],/.test(text),
  );
  return others.length > 0
    ? [{ bits: REGISTERS_BESIDE_BITS, says: `it answers ${others.length} reads of registers, too` }]
    : [];
}

/** Values in range speak for a profile by how few of all bit patterns would be; zero is what empty registers hold, too. */
function valueEvidence(answers: readonly PointAnswer[]): Evidence[] {
  const fits = answers.map(surpriseBits);
  const inRange = fits.reduce((sum, bits) => sum + bits, 0);
  const counted = fits.filter((bits) => bits > 0).length;
  const nonsense = answers.filter(isNonsense);
  return [
    {
      bits: Math.min(inRange, IN_RANGE_TOTAL_BITS_MAX),
      says: `${counted} of ${answers.length} values are such as it would give`,
    },
    ...nonsense.map(({ point, value }) => ({
      bits: OUT_OF_RANGE_BITS,
      says: `${point.id} would be ${value ?? "no number"} ${point.unit}`,
    })),
  ];
}
