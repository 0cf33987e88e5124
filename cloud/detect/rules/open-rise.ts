import { bandW, expectedAt } from "../baseline/accepted-baseline.ts";
import type { FindingRecord } from "../finding.ts";
import { localSpan, MINUTE_MS } from "../local-time.ts";
import { addToBin, emptyBin, type TimeBin } from "../sequential/time-bin.ts";
import type { LaneValue } from "../sequential/whitened-cusum.ts";
import { shortNumber } from "../short-number.ts";
import type { PowerPlan } from "./power-plan.ts";
import { isUpdateDue, type OpenFinding, proofOf, type RuleContext } from "./rule.ts";
import type { PowerSubject } from "./subject.ts";

/** A rise that is open: what was measured while the power was up, and how long it has been back. */
export interface OpenRise extends OpenFinding {
  /** Onset: when the CUSUM that gave the alarm last left zero. */
  readonly fromMs: number;
  /** The last value above the calm level. */
  toMs: number;
  n: number;
  sumW: number;
  sumMidW: number;
  llr: number;
  strength: "weak" | "strong";
  /** The rise that opened it, where one reading was enough, W; null: it took several. */
  readonly leap: Leap | null;
  /** Above the baseline by no more than this the power counts as back: what rose must have fallen by half. */
  readonly calmW: number;
  calm: TimeBin;
  calmSinceMs: number | null;
}

/** How far one reading rose above the one before, once a load that switches by itself is taken out, and the most a quiet site does, W. */
interface Leap {
  readonly riseW: number;
  readonly limitW: number;
}

/** An alarm: how strong, since when, and what was measured and expected from then on, W. */
export interface RiseAlarm {
  readonly strength: "weak" | "strong";
  readonly onsetMs: number;
  readonly n: number;
  readonly sumW: number;
  readonly sumMidW: number;
  /** By how much the power rose, W. */
  readonly stepW: number;
  /** What one reading may rise, where one was enough; null: it took several. */
  readonly leapLimitW: number | null;
  /** Log-likelihood ratio, nats. */
  readonly llr: number;
}

/** What the rule found out about one value of an open rise. */
export interface RiseNews {
  readonly alarm: RiseAlarm | null;
  /** All lanes are below their thresholds. */
  readonly isQuiet: boolean;
  readonly llr: number;
  readonly plan: PowerPlan;
}

/** The rule that opens rises. */
export const RULE = { id: "power-rise", version: 5 } as const;

/** The power must be back for this long before a rise clears; judged by means of 5 minutes. */
const CALM_MS = 30 * MINUTE_MS;
const CALM_BIN_MS = 5 * MINUTE_MS;
const LLR_MAX = 1e6;

/** Opens a finding. */
export function openRise(
  subject: PowerSubject,
  value: LaneValue,
  { strength, onsetMs, n, sumW, sumMidW, stepW, leapLimitW, llr }: RiseAlarm,
  plan: PowerPlan,
  context: RuleContext,
): OpenRise {
  const open: OpenRise = {
    channel: subject.id,
    openedAtMs: value.toMs,
    first: context.place,
    emittedMs: value.toMs,
    settling: context.isSettling(subject.device, value.toMs),
    fromMs: onsetMs,
    toMs: value.toMs,
    n,
    sumW,
    sumMidW,
    llr,
    strength,
    leap: leapLimitW === null ? null : { riseW: Math.round(stepW), limitW: Math.round(leapLimitW) },
    calmW: calmLevelW(value, stepW, plan),
    calm: emptyBin(),
    calmSinceMs: null,
  };
  emit(open, subject, "opened", value.toMs, plan, context);
  return open;
}

/** Takes the next value of an open finding; true when it cleared. */
export function followRise(
  open: OpenRise,
  subject: PowerSubject,
  value: LaneValue,
  { alarm, isQuiet, llr, plan }: RiseNews,
  context: RuleContext,
): boolean {
  const { toMs } = value;
  if (value.watts - value.midW > open.calmW) {
    open.n += 1;
    open.sumW += value.watts;
    open.sumMidW += value.midW;
    open.toMs = toMs;
    open.llr = Math.min(LLR_MAX, open.llr + Math.max(0, llr));
  }
  if (isBack(open, value, plan) && isQuiet) {
    emit(open, subject, "cleared", toMs, plan, context);
    return true;
  }
  const isStronger = alarm?.strength === "strong" && open.strength === "weak";
  const settled = open.settling && !context.isSettling(subject.device, toMs) && open.toMs === toMs;
  if (isStronger) open.strength = "strong";
  if (settled) open.settling = false;
  // An age makes news only while the power is up.
  if (isStronger || settled || (open.toMs === toMs && isUpdateDue(open, toMs))) {
    open.emittedMs = toMs;
    emit(open, subject, "updated", toMs, plan, context);
  }
  return false;
}

/** Ends a finding whose baseline a person took back. */
export function withdrawRise(
  open: OpenRise,
  subject: PowerSubject,
  plan: PowerPlan,
  context: RuleContext,
): void {
  emit(open, subject, "cleared", open.toMs, plan, context);
}

/**
 * The elevation, W, below which the power counts as back: the dead band, or half of a small rise above what was before it. Never
 * within the wander, else an alert would not end where the floor has moved meanwhile.
 */
function calmLevelW({ watts, midW, sigmaW }: LaneValue, stepW: number, plan: PowerPlan): number {
  const most = Math.max(plan.calmW, 2 * sigmaW);
  const least = bandW(plan.baseline, sigmaW) / 3;
  return shortNumber(Math.min(most, Math.max(least, watts - midW - stepW / 2)), 1);
}

/** True when every 5-minute mean of the last half-hour, without a hole, was at the calm level. */
function isBack(open: OpenRise, value: LaneValue, plan: PowerPlan): boolean {
  const { stepMs } = plan.fast;
  const binMs = Math.max(CALM_BIN_MS, stepMs);
  const beganMs = open.calm.fromMs;
  const ended = addToBin(open.calm, binMs, value);
  if (!ended || beganMs === null) return false;
  const hasHole = value.toMs - beganMs > 2 * binMs + stepMs || 2 * ended.n * stepMs < binMs;
  if (hasHole || ended.watts - ended.midW > open.calmW) open.calmSinceMs = null;
  else open.calmSinceMs ??= beganMs;
  return open.calmSinceMs !== null && beganMs + binMs - open.calmSinceMs >= CALM_MS;
}

function emit(
  open: OpenRise,
  subject: PowerSubject,
  phase: FindingRecord["phase"],
  atMs: number,
  plan: PowerPlan,
  context: RuleContext,
): void {
  const measured = toKw(open.sumW / open.n);
  const expected = toKw(open.sumMidW / open.n);
  const { sigmaW } = expectedAt(plan.baseline, open.fromMs + plan.utcOffsetMs);
  const band = toKw(bandW(plan.baseline, sigmaW));
  const span = localSpan(open.fromMs, open.toMs, context.site.utcOffsetMin);
  context.emit({
    key: `${RULE.id}:${open.channel}:${open.openedAtMs}`,
    gateway: context.gateway,
    rule: RULE.id,
    ruleVersion: RULE.version,
    evidence: "power",
    phase,
    atMs,
    openedAtMs: open.openedAtMs,
    channel: open.channel,
    device: subject.device,
    strength: open.strength,
    settling: open.settling,
    window: { fromMs: open.fromMs, toMs: open.toMs },
    measured,
    expected,
    band,
    unit: "kW",
    text: sentence(open.leap, { span, measured, expected, band }),
    proof: proofOf(open.first, context.place),
    llr: Math.round(open.llr * 10) / 10,
  });
}

/** A rise that the band hides is told by what one reading did. */
function sentence(
  leap: Leap | null,
  { span, measured, expected, band }: { span: string; measured: number; expected: number; band: number },
): FindingRecord["text"] {
  const zh = `${span} 功率 ${show(measured)} kW，封停基线 ${show(expected)} ± ${show(band)} kW`;
  const en = `${span} power ${show(measured)} kW, sealed baseline ${show(expected)} ± ${show(band)} kW`;
  if (!leap || measured - expected > band) return { zh, en };
  const [rise, limit] = [show(toKw(leap.riseW)), show(toKw(leap.limitW))];
  return {
    zh: `${zh}；一次读数间升高 ${rise} kW，封停时至多 ${limit} kW`,
    en: `${en}; rose ${rise} kW from one reading to the next, at most ${limit} kW while sealed`,
  };
}

function toKw(watts: number): number {
  return Math.round(watts) / 1_000;
}

/** 0.12, 3.4, 47: two figures that count, or all the whole ones. */
function show(kilowatts: number): string {
  const size = Math.abs(kilowatts);
  return kilowatts.toFixed(size < 1 ? 2 : size < 10 ? 1 : 0);
}
