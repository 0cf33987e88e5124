import type { ReasonView } from "../api/contract.ts";
import type { CaseVerdict } from "../cases/case-facts.ts";
import { HOUR_MS } from "../detect/local-time.ts";
import { type RuleThresholds, THRESHOLD_BOUNDS } from "../detect/rule-thresholds.ts";

/** A decided case, with what was measured. */
export interface DecidedCase {
  readonly id: string;
  readonly verdict: CaseVerdict;
  readonly reasons: readonly Pick<ReasonView, "rule" | "measured" | "expected" | "fromMs" | "toMs">[];
}

/** What would have kept a site's false alarms away. A named person decides. */
export interface ThresholdProposal {
  readonly threshold: keyof RuleThresholds;
  readonly from: number;
  readonly to: number;
  /** The false alarms that it would have kept away. */
  readonly falseAlarms: readonly string[];
}

/** One false alarm is an accident. */
const FALSE_ALARMS_MIN = 2;
/** Above the highest false alarm by so much. */
const MARGIN = 1.2;
const DIGITS = 3;

/** The threshold that a rule's reason was held against, and what it measured in that threshold's unit; null: there is none. */
type Reading = (
  reason: DecidedCase["reasons"][number],
  site: { readonly thresholds: RuleThresholds; readonly formerLoadW: number },
) => number | null;

const READINGS: Readonly<Record<string, readonly [threshold: keyof RuleThresholds, reading: Reading]>> = {
  "machine-signature": ["machineStarts", ({ measured }) => measured],
  "water-on-cut": ["waterCounts", ({ measured }) => measured],
  "day-surge": ["surgeFactor", ({ measured, expected }) => ratio(measured, expected)],
  "voc-rise": ["vocShare", ({ measured, expected }) => minus(ratio(measured, expected), 1)],
  "feeder-share": ["feederSharePoints", ({ measured, expected }) => distance(measured, expected)],
  // Expected is the day's energy times the ratio that counted.
  "night-ratio": [
    "nightRatio",
    ({ measured, expected }, { thresholds }) => times(ratio(measured, expected), thresholds.nightRatio),
  ],
  "former-share": [
    "formerShare",
    ({ measured }, { formerLoadW }) => ratio(times(measured, 1_000), formerLoadW),
  ],
  "power-rise": [
    "riseShare",
    ({ measured, expected }, { formerLoadW }) =>
      ratio(times(distance(measured, expected), 1_000), formerLoadW),
  ],
  "night-energy": [
    "nightFloorShare",
    ({ measured, expected, fromMs, toMs }, { formerLoadW }) => {
      const hours = (toMs - fromMs) / HOUR_MS;
      return ratio(times(distance(measured, expected), 1_000), hours * formerLoadW);
    },
  ],
};

/**
 * Thresholds of one site that would have kept at least two false alarms away and no confirmed case: each raised a fifth above the
 * highest false alarm. None where that would hide what was true, or go beyond what the threshold can be. Pure.
 */
export function proposeThresholds(
  cases: readonly DecidedCase[],
  site: { readonly thresholds: RuleThresholds; readonly formerLoadW: number },
): ThresholdProposal[] {
  return Object.entries(READINGS).flatMap(([rule, [threshold, reading]]) => {
    const values = (verdict: CaseVerdict) =>
      cases
        .filter((one) => one.verdict === verdict)
        .flatMap(({ id, reasons }) =>
          reasons.flatMap((reason) => {
            const value = reason.rule === rule ? reading(reason, site) : null;
            return value === null || !Number.isFinite(value) ? [] : [{ id, value }];
          }),
        );
    const wrong = values("false-alarm");
    const falseAlarms = [...new Set(wrong.map(({ id }) => id))];
    if (falseAlarms.length < FALSE_ALARMS_MIN) return [];
    const from = site.thresholds[threshold];
    const to = Number((Math.max(...wrong.map(({ value }) => value)) * MARGIN).toPrecision(DIGITS));
    const hides = values("confirmed").some(({ value }) => value < to);
    const [, most] = THRESHOLD_BOUNDS[threshold];
    return to > from && to <= most && !hides ? [{ threshold, from, to, falseAlarms }] : [];
  });
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : a / b;
}

function times(a: number | null, b: number): number | null {
  return a === null ? null : a * b;
}

function minus(a: number | null, b: number): number | null {
  return a === null ? null : a - b;
}

function distance(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.abs(a - b);
}
