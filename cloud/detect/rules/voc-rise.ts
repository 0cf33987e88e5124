import { DAY_MS, localSpan, MINUTE_MS } from "../local-time.ts";
import {
  initialRegression,
  learnRegression,
  type Regression,
  regressed,
} from "../sequential/recursive-regression.ts";
import { cusumThreshold } from "../sequential/siegmund.ts";
import { shortNumber } from "../short-number.ts";
import { isUpdateDue, type OpenFinding, type Rule, type RuleContext } from "./rule.ts";
import { hasSettled, opening, tell } from "./tell.ts";
import { type VocFaultState, vocFault } from "./voc-fault.ts";

/** A VOC channel. */
export interface VocSubject {
  readonly id: number;
  readonly device: string;
  readonly point: string;
  readonly unit: string;
  readonly perScaled: number;
  readonly intervalMs: number;
}

/** A reading of the gas, or of what is measured beside it, in the channel's own unit. */
export type VocObservation = {
  readonly type: "voc" | "temperature" | "humidity";
  readonly utcMs: number;
  readonly value: number;
};

/** One VOC channel: its air, its background, and what rises above it. */
export interface VocState {
  lastMs: number | null;
  air: { temperature: number | null; humidity: number | null };
  /** The value last seen and since when it has not changed by one count. */
  same: { value: number; sinceMs: number; n: number };
  bin: { fromMs: number | null; n: number; sum: number };
  background: Regression;
  bins: number;
  /** Scale of the residual, its last value, and how neighbouring ones go together. */
  scale: number;
  lastResidual: number;
  rho: number;
  lastBinMs: number | null;
  cusum: { s: number; fromMs: number; n: number; sum: number; sumExpected: number };
  open: OpenVoc | null;
  fault: VocFaultState;
}

interface OpenVoc extends OpenFinding {
  readonly fromMs: number;
  toMs: number;
  n: number;
  sum: number;
  sumExpected: number;
  llr: number;
  calmSinceMs: number | null;
}

const RULE = { id: "voc-rise", version: 1 } as const;
const BIN_MS = 15 * MINUTE_MS;
/** The background is known after three days, and remembers two weeks: slower than that is drift. */
const WARM_MS = 3 * DAY_MS;
const MEMORY_MS = 14 * DAY_MS;
const ALLOWANCE = 0.75;
const WINSOR = 6;
/** Raised above Siegmund's threshold for tails heavier than the normal one. */
const TAIL_GUARD = 5;
const HEADROOM = 6;
const YEAR_MS = 365.25 * DAY_MS;
/** A sensor that repeats one value this often and this long is stuck or at the end of its range. */
const STUCK_MS = 120 * MINUTE_MS;
const STUCK_VALUES = 12;
const CALM_MS = 60 * MINUTE_MS;
const VALUE_MAX = 1e9;
/** Forgetting per bin of the scale and of the correlation. */
const SCALE_WEIGHT = 0.01;
const RHO_MAX = 0.95;

/**
 * Volatile organics rise above the site's own background. Temperature and humidity of the same device are regressed out, slow
 * drift is followed, and the background stands still while anything is suspected. One kind alone: neighbours paint too.
 */
export const vocRise: Rule<VocSubject, VocState, VocObservation> = {
  ...RULE,
  init: (subject) => ({
    lastMs: null,
    air: { temperature: null, humidity: null },
    same: { value: 0, sinceMs: 0, n: 0 },
    bin: { fromMs: null, n: 0, sum: 0 },
    background: initialRegression(),
    bins: 0,
    scale: 0,
    lastResidual: 0,
    rho: 0.5,
    lastBinMs: null,
    cusum: emptyCusum(),
    open: null,
    fault: vocFault.init(subject),
  }),
  step(state, subject, { type, utcMs, value }, context) {
    if (Math.abs(value) > VALUE_MAX) return;
    if (type !== "voc") {
      state.air[type] = value;
      return;
    }
    if (state.lastMs !== null && utcMs <= state.lastMs) return;
    state.lastMs = utcMs;
    vocFault.step(state.fault, subject, { utcMs, value }, context);
    if (isFault(state, utcMs, value)) return;
    const binMs = Math.max(BIN_MS, subject.intervalMs);
    const { bin } = state;
    const fromMs = Math.floor((utcMs - 1) / binMs) * binMs;
    if (bin.fromMs !== fromMs && bin.fromMs !== null && bin.n > 0)
      judge(state, subject, { fromMs: bin.fromMs, binMs, mean: bin.sum / bin.n }, context);
    if (bin.fromMs !== fromMs) Object.assign(bin, { fromMs, n: 0, sum: 0 });
    bin.n += 1;
    bin.sum += value;
  },
};

/** A person had everything learned again: the background with it, and what was open against it is over. A broken sensor stays one. */
export function learnBackgroundAnew(state: VocState, subject: VocSubject, context: RuleContext): void {
  if (state.open) speak(state.open, subject, "cleared", state.open.toMs, context);
  const { lastMs, air, same, fault } = state;
  Object.assign(state, vocRise.init(subject), { lastMs, air, same, fault });
}

/** Nothing or less than nothing is a sensor that dropped out; one value for ever is one that is stuck or saturated. */
function isFault(state: VocState, utcMs: number, value: number): boolean {
  const { same } = state;
  if (value !== same.value) Object.assign(same, { value, sinceMs: utcMs, n: 0 });
  same.n += 1;
  return value <= 0 || (same.n >= STUCK_VALUES && utcMs - same.sinceMs >= STUCK_MS);
}

interface Bin {
  readonly fromMs: number;
  readonly binMs: number;
  readonly mean: number;
}

function judge(
  state: VocState,
  subject: VocSubject,
  { fromMs, binMs, mean }: Bin,
  context: RuleContext,
): void {
  const toMs = fromMs + binMs;
  const u = ((state.air.temperature ?? 20) - 20) / 10;
  const v = ((state.air.humidity ?? 50) - 50) / 20;
  const expected = regressed(state.background, u, v);
  const residual = mean - expected;
  const isNext = state.lastBinMs !== null && fromMs - state.lastBinMs < 2 * binMs;
  const rho = isNext ? Math.min(RHO_MAX, Math.max(0, state.rho)) : 0;
  const scale = Math.max(state.scale, Math.abs(expected) / 100, 2 * subject.perScaled);
  const before = Math.min(Math.max(state.lastResidual, 0), 3 * scale);
  const z = (residual - rho * before) / (scale * Math.sqrt(1 - rho * rho));
  const isWarm = state.bins * binMs >= WARM_MS;
  if (isWarm) {
    addUp(state.cusum, { fromMs, toMs, mean, expected, z, binMs });
    follow(state, subject, { toMs, mean, expected, scale, binMs }, context);
  }
  const isSuspected = state.open !== null || state.cusum.s > thresholdOf(binMs) / 3;
  if (!isSuspected) learn(state, { residual, u, v, scale, binMs, isNext });
  state.lastResidual = inThousandths(residual);
  state.lastBinMs = fromMs;
}

function learn(
  state: VocState,
  {
    residual,
    u,
    v,
    scale,
    binMs,
    isNext,
  }: { residual: number; u: number; v: number; scale: number; binMs: number; isNext: boolean },
): void {
  const isNew = state.bins < 8;
  const limit = isNew ? Infinity : 3 * scale;
  const step = Math.min(limit, Math.max(-limit, residual));
  learnRegression(state.background, u, v, { step, forget: 1 - binMs / MEMORY_MS });
  state.bins = Math.min(state.bins + 1, 1e6);
  if (isNew) return;
  // The mean of |x| is σ·√(2/π) for a Gaussian x.
  const weight = Math.max(SCALE_WEIGHT, 1 / (state.bins - 7));
  state.scale = inThousandths(state.scale + weight * (1.2533 * Math.abs(step) - state.scale));
  if (!isNext) return;
  const before = Math.min(limit, Math.max(-limit, state.lastResidual));
  const product = Math.min(9, Math.max(-9, (step * before) / (scale * scale)));
  state.rho = inThousandths(state.rho + SCALE_WEIGHT * (product - state.rho));
}

function addUp(
  cusum: VocState["cusum"],
  bin: { fromMs: number; toMs: number; mean: number; expected: number; z: number; binMs: number },
): void {
  const z = Math.min(WINSOR, Math.max(-WINSOR, bin.z));
  const s = Math.min(cusum.s + z - ALLOWANCE, thresholdOf(bin.binMs) + HEADROOM);
  if (s <= 0) {
    Object.assign(cusum, emptyCusum());
    return;
  }
  if (cusum.s === 0) cusum.fromMs = bin.fromMs;
  cusum.s = inThousandths(s);
  cusum.n += 1;
  cusum.sum = inThousandths(cusum.sum + bin.mean);
  cusum.sumExpected = inThousandths(cusum.sumExpected + bin.expected);
}

function follow(
  state: VocState,
  subject: VocSubject,
  bin: { toMs: number; mean: number; expected: number; scale: number; binMs: number },
  context: RuleContext,
): void {
  const { cusum, open } = state;
  const { toMs, mean, expected } = bin;
  // Less than half of the background is weather.
  const { vocShare } = context.thresholds;
  const isAlarm = cusum.s >= thresholdOf(bin.binMs) && cusum.n >= 2;
  const significant = vocShare * Math.abs(cusum.sumExpected);
  if (!open) {
    if (!isAlarm || cusum.sum - cusum.sumExpected < significant) return;
    const { n, sum, sumExpected, fromMs, s } = cusum;
    const begun = { fromMs, toMs, n, sum, sumExpected, llr: 2 * ALLOWANCE * s, calmSinceMs: null };
    state.open = { ...opening(subject.id, subject.device, toMs, context), ...begun };
    speak(state.open, subject, "opened", toMs, context);
    return;
  }
  if (mean - expected > Math.max(2 * bin.scale, (vocShare / 2) * Math.abs(expected))) {
    open.toMs = toMs;
    open.n += 1;
    open.sum = inThousandths(open.sum + mean);
    open.sumExpected = inThousandths(open.sumExpected + expected);
    open.calmSinceMs = null;
    if (hasSettled(open, subject.device, toMs, context) || isUpdateDue(open, toMs))
      speak(open, subject, "updated", toMs, context);
    return;
  }
  open.calmSinceMs ??= toMs - bin.binMs;
  if (toMs - open.calmSinceMs < CALM_MS) return;
  speak(open, subject, "cleared", toMs, context);
  state.open = null;
  state.cusum = emptyCusum();
}

/** One false alarm a year, and a guard. */
function thresholdOf(binMs: number): number {
  return cusumThreshold(ALLOWANCE, YEAR_MS / binMs) + TAIL_GUARD;
}

function emptyCusum(): VocState["cusum"] {
  return { s: 0, fromMs: 0, n: 0, sum: 0, sumExpected: 0 };
}

function speak(
  open: OpenVoc,
  { unit, device }: VocSubject,
  phase: "opened" | "updated" | "cleared",
  atMs: number,
  context: RuleContext,
): void {
  const measured = open.sum / open.n;
  const expected = open.sumExpected / open.n;
  const span = localSpan(open.fromMs, open.toMs, context.site.utcOffsetMin);
  const show = (value: number): string => (Math.abs(value) < 10 ? value.toFixed(1) : value.toFixed(0));
  tell(
    open,
    {
      rule: RULE,
      phase,
      atMs,
      evidence: "voc",
      strength: "weak",
      device,
      window: { fromMs: open.fromMs, toMs: open.toMs },
      measured,
      expected,
      unit,
      llr: Math.min(open.llr, 12),
      text: {
        zh: `${span} 挥发物 ${show(measured)} ${unit}，扣除温湿度后的背景 ${show(expected)} ${unit}`,
        en: `${span} VOC ${show(measured)} ${unit}, background ${show(expected)} ${unit} with temperature and humidity taken out`,
      },
    },
    context,
  );
}

function inThousandths(x: number): number {
  return shortNumber(x, 1_000);
}
