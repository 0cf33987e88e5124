import type { DevicePoint } from "./device-point.ts";
import type { DeviceProfile } from "./device-profile.ts";
import type { SelfCheck } from "./self-check-schema.ts";

/** Values by point id, in the points' units; null or absent where the device gave none. */
export type PointValues = Readonly<Record<string, number | null>>;

/** An earlier look at the same device. */
export interface EarlierValues {
  readonly values: PointValues;
  /** Monotonic time between the two looks. */
  readonly elapsedMs: number;
}

/** One check's outcome; `ok` is null where the values, or the load, do not suffice to tell. */
export interface SelfCheckResult {
  readonly id: string;
  readonly ok: boolean | null;
  readonly measured: number | null;
  readonly expected: number | null;
}

/** A counter must have moved by this many of its steps before its slope says anything. */
const COUNTER_STEPS_MIN = 20;
/** Between the two looks the power may differ by this share for its mean to stand for the time between. */
const STEADY_SHARE = 0.1;
const MS_PER_HOUR = 3_600_000;

/** Judges a device by its own values. Slopes and changes need `earlier`, and are undecided without it. */
export function evaluateSelfChecks(
  profile: Pick<DeviceProfile, "checks" | "points">,
  values: PointValues,
  earlier?: EarlierValues,
): SelfCheckResult[] {
  const pointOf = (id: string) => profile.points.find((point: DevicePoint) => point.id === id);
  return profile.checks.map((check) => ({ id: check.id, ...judge(check, { values, earlier, pointOf }) }));
}

interface Evidence {
  readonly values: PointValues;
  readonly earlier: EarlierValues | undefined;
  readonly pointOf: (id: string) => DevicePoint | undefined;
}

type Outcome = Omit<SelfCheckResult, "id">;
const UNDECIDED: Outcome = { ok: null, measured: null, expected: null };

function judge(check: SelfCheck, evidence: Evidence): Outcome {
  switch (check.check) {
    case "sum":
      return judgeSum(check, evidence);
    case "vi-pf":
      return judgePower(check, evidence);
    case "energy-slope":
      return judgeSlope(check, evidence);
    case "unchanged":
      return judgeUnchanged(check, evidence);
  }
}

function judgeSum(check: Extract<SelfCheck, { check: "sum" }>, { values }: Evidence): Outcome {
  const expected = values[check.total] ?? null;
  const parts = allOf(values, check.parts);
  if (expected === null || !parts) return UNDECIDED;
  const measured = parts.reduce((sum, part) => sum + part, 0);
  // Phases of opposite sign cancel: the tolerance is of what flows, not of the small difference.
  const flowing = parts.reduce((sum, part) => sum + Math.abs(part), 0);
  if (flowing < check.floor || flowing === 0) return { ok: null, measured, expected };
  return { ok: Math.abs(measured - expected) <= flowing * check.tolerance, measured, expected };
}

function judgePower(check: Extract<SelfCheck, { check: "vi-pf" }>, evidence: Evidence): Outcome {
  const { values } = evidence;
  const measured = base(evidence, check.power, values);
  const voltages = allOf(values, check.voltages);
  const currents = allOf(values, check.currents);
  if (measured === null || !voltages || !currents) return UNDECIDED;
  const apparent = voltages.reduce(
    (sum, voltage, phase) => sum + voltage * Math.abs(currents[phase] ?? 0),
    0,
  );
  const factor = check.powerFactor === undefined ? undefined : values[check.powerFactor];
  if (factor === null) return UNDECIDED;
  const expected = apparent * Math.abs(factor ?? 1);
  if (apparent < check.floor) return { ok: null, measured, expected };
  const slack = apparent * check.tolerance;
  const bounded = Math.abs(measured) <= expected + slack;
  return {
    ok: bounded && (factor === undefined || Math.abs(measured) >= expected - slack),
    measured,
    expected,
  };
}

function judgeSlope(check: Extract<SelfCheck, { check: "energy-slope" }>, evidence: Evidence): Outcome {
  const { values, earlier, pointOf } = evidence;
  if (!earlier || earlier.elapsedMs <= 0) return UNDECIDED;
  const [energy, before] = [values, earlier.values].map((look) => base(evidence, check.energy, look));
  const [power, powerBefore] = [values, earlier.values].map((look) => base(evidence, check.power, look));
  if (energy == null || before == null || power == null || powerBefore == null) return UNDECIDED;
  const measured = energy - before;
  const mean = (power + powerBefore) / 2;
  const expected = (mean * earlier.elapsedMs) / MS_PER_HOUR;
  const point = pointOf(check.energy);
  const stepWh = point ? 10 ** -point.decimals * unitFactor(point.unit) : 1;
  const steady = Math.abs(power - powerBefore) <= Math.abs(mean) * STEADY_SHARE;
  if (!steady || expected < stepWh * COUNTER_STEPS_MIN)
    return { ok: measured < 0 ? false : null, measured, expected };
  return { ok: Math.abs(measured - expected) <= expected * check.tolerance + stepWh, measured, expected };
}

function judgeUnchanged(
  check: Extract<SelfCheck, { check: "unchanged" }>,
  { values, earlier }: Evidence,
): Outcome {
  const measured = values[check.point] ?? null;
  const expected = earlier?.values[check.point] ?? null;
  return { ok: measured === null || expected === null ? null : measured === expected, measured, expected };
}

function allOf(values: PointValues, ids: readonly string[]): number[] | null {
  const found = ids.map((id) => values[id]);
  return found.every((value) => typeof value === "number") ? found : null;
}

/** A power in W, an energy in Wh. */
function base({ pointOf }: Evidence, id: string, values: PointValues): number | null {
  const value = values[id];
  return typeof value === "number" ? value * unitFactor(pointOf(id)?.unit ?? "") : null;
}

function unitFactor(unit: string): number {
  if (unit.startsWith("k")) return 1e3;
  return unit.startsWith("M") ? 1e6 : 1;
}
