import { type DeviceProfile, evaluateSelfChecks } from "@sealwatch/protocols";
import { type PointAnswer, valuesOf } from "./profile-answers.ts";

/** Whether values that belong together fit: evidence that the right registers were read. */
export interface SelfCheck {
  readonly name: string;
  readonly agrees: boolean;
  readonly says: string;
}

const PHASE_SUM_TOLERANCE = 0.02;
const POWER_PRODUCT_TOLERANCE = 0.05;
/** Below this, rounding and noise decide. */
const JUDGED_FROM_W = 20;
const FREQUENCY_HZ = [45, 65] as const;
const PHASES = ["L1", "L2", "L3"] as const;

/** The profile's checks, or those that its kinds allow; what cannot be judged (no load, no value) is left out. */
export function selfChecks(profile: DeviceProfile, answers: readonly PointAnswer[]): SelfCheck[] {
  const own = profile.checks.length > 0 ? statedChecks(profile, answers) : impliedChecks(answers);
  return [...own, frequency(answers)].filter((check) => check !== null);
}

function statedChecks(profile: DeviceProfile, answers: readonly PointAnswer[]): SelfCheck[] {
  return evaluateSelfChecks(profile, valuesOf(answers)).flatMap(({ id, ok, measured, expected }) =>
    ok === null
      ? []
      : [{ name: id, agrees: ok, says: `${round(measured ?? 0)} against ${round(expected ?? 0)}` }],
  );
}

function impliedChecks(answers: readonly PointAnswer[]): (SelfCheck | null)[] {
  return [phaseSum(answers), ...PHASES.map((phase) => powerProduct(answers, phase))];
}

function phaseSum(answers: readonly PointAnswer[]): SelfCheck | null {
  const total = baseValue(answers, "active-power", "total");
  const phases = PHASES.map((phase) => baseValue(answers, "active-power", phase));
  if (total === null || phases.some((power) => power === null)) return null;
  const sum = phases.reduce<number>((so, power) => so + (power ?? 0), 0);
  if (Math.max(Math.abs(total), Math.abs(sum)) < JUDGED_FROM_W) return null;
  const agrees = Math.abs(sum - total) <= PHASE_SUM_TOLERANCE * Math.abs(total) + 1;
  return {
    name: "phase-sum",
    agrees,
    says: `L1+L2+L3 = ${round(sum)} W, total ${round(total)} W`,
  };
}

/** Without a power factor of the phase, power may at least not exceed V·I. */
function powerProduct(answers: readonly PointAnswer[], phase: (typeof PHASES)[number]): SelfCheck | null {
  const power = baseValue(answers, "active-power", phase);
  const voltage = baseValue(answers, "voltage", phase);
  const current = baseValue(answers, "current", phase);
  const factor = baseValue(answers, "power-factor", phase);
  if (power === null || voltage === null || current === null) return null;
  const apparent = voltage * Math.abs(current);
  if (Math.max(Math.abs(power), apparent) < JUDGED_FROM_W) return null;
  const slack = POWER_PRODUCT_TOLERANCE * apparent + 1;
  const agrees =
    factor === null
      ? Math.abs(power) <= apparent + slack
      : Math.abs(Math.abs(power) - apparent * Math.abs(factor)) <= slack;
  const product = factor === null ? `V·I = ${round(apparent)} VA` : `V·I·PF = ${round(apparent * factor)} W`;
  return { name: "power-product", agrees, says: `${phase}: ${product}, power ${round(power)} W` };
}

function frequency(answers: readonly PointAnswer[]): SelfCheck | null {
  const hertz = baseValue(answers, "frequency");
  if (hertz === null || hertz === 0) return null;
  const agrees = hertz >= FREQUENCY_HZ[0] && hertz <= FREQUENCY_HZ[1];
  return { name: "frequency", agrees, says: `${round(hertz)} Hz` };
}

function baseValue(answers: readonly PointAnswer[], kind: string, phase?: string): number | null {
  const found = answers.find(
    ({ point }) => point.kind === kind && (phase === undefined || point.phase === phase),
  );
  if (!found || found.value === null) return null;
  return found.point.unit.startsWith("k") ? found.value * 1000 : found.value;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
