import { type AcceptedBaseline, expectedAt } from "../baseline/accepted-baseline.ts";
import { HOUR_MS, localSpan, MINUTE_MS } from "../local-time.ts";
import { addToBin, type BinMean, emptyBin, type TimeBin } from "../sequential/time-bin.ts";
import { isUpdateDue, type OpenFinding, type Rule, type RuleContext } from "./rule.ts";
import type { PowerSubject } from "./subject.ts";
import { opening, tell } from "./tell.ts";

/** A power channel and what a person accepted as its normal. */
export interface NightSubject {
  readonly power: PowerSubject;
  readonly accepted: AcceptedBaseline;
}

/** A quarter of an hour in the making, and the night that is open. */
export interface NightState {
  bin: TimeBin;
  open: OpenNight | null;
}

interface OpenNight extends OpenFinding {
  readonly fromMs: number;
  toMs: number;
  kwh: number;
  expectedKwh: number;
  quiet: number;
}

const RULE = { id: "night-energy", version: 3 } as const;
const BIN_MS = 15 * MINUTE_MS;
const NIGHT_FROM_H = 22;
const NIGHT_TO_H = 6;
/** The 99.95th percentile of what varies: of the 32 quarters of a night hardly one a year, for neighbours go together. */
const P9995 = 3.291;
/** Above the baseline by so many watts, or by a share of the former load, whatever the baseline varies. */
const FLOOR_MIN_W = 500;
/** So many quarters of an hour below end it. */
const QUIET_BINS = 4;
/** One quarter of an hour in two thousand is as high on a quiet night: ln 2000. */
const LLR = 7.6;

/** No night seen. */
export function initialNight(): NightState {
  return { bin: emptyBin(), open: null };
}

/** Energy of a quarter of an hour between 22:00 and 06:00 beyond what the sealed nights held (夜间用电量排查). */
export const nightEnergy: Rule<NightSubject, NightState, { utcMs: number; watts: number }> = {
  ...RULE,
  init: initialNight,
  step(state, subject, { utcMs, watts }, context) {
    const { intervalMs } = subject.power;
    const { midW, sigmaW } = expectedAt(subject.accepted, utcMs + context.site.utcOffsetMin * MINUTE_MS);
    const value = { fromMs: utcMs - intervalMs, watts, midW, sigmaW };
    const binMs = Math.max(BIN_MS, intervalMs);
    const ended = addToBin(state.bin, binMs, value);
    if (ended && 2 * ended.n * intervalMs >= binMs) judge(state, subject, ended, binMs, context);
  },
};

/** The baseline counts no more: what was open against it is over. */
export function withdrawNight({ open }: NightState, subject: NightSubject, context: RuleContext): void {
  if (open) speak(open, subject.power, "cleared", open.toMs, context);
}

function judge(
  state: NightState,
  { power, accepted }: NightSubject,
  { fromMs, watts, midW, sigmaW }: BinMean,
  binMs: number,
  context: RuleContext,
): void {
  const { open } = state;
  const toMs = fromMs + binMs;
  const floorW = Math.max(
    FLOOR_MIN_W,
    context.thresholds.nightFloorShare * Math.max(0, context.site.formerLoadW),
  );
  // The wander is known from few days: its quantile widens as a prediction interval from `days` observations does.
  const wanderW = accepted.sigmaDay * (1 + 2 / Math.max(1, accepted.days));
  const limitW = midW + Math.max(floorW, P9995 * Math.hypot(sigmaW, wanderW));
  const isHigh = watts > limitW && isNight(fromMs, context.site.utcOffsetMin);
  const hours = binMs / HOUR_MS;
  if (isHigh && open) {
    open.toMs = toMs;
    open.kwh += (watts * hours) / 1_000;
    open.expectedKwh += (midW * hours) / 1_000;
    open.quiet = 0;
    if (isUpdateDue(open, toMs)) speak(open, power, "updated", toMs, context);
  } else if (isHigh) {
    const energy = { kwh: (watts * hours) / 1_000, expectedKwh: (midW * hours) / 1_000 };
    state.open = { ...opening(power.id, power.device, toMs, context), fromMs, toMs, ...energy, quiet: 0 };
    speak(state.open, power, "opened", toMs, context);
  } else if (open) {
    open.quiet += 1;
    if (open.quiet < QUIET_BINS) return;
    speak(open, power, "cleared", toMs, context);
    state.open = null;
  }
}

function isNight(utcMs: number, utcOffsetMin: number): boolean {
  const hours = (utcMs / MINUTE_MS + utcOffsetMin) / 60;
  const ofDay = ((hours % 24) + 24) % 24;
  return ofDay >= NIGHT_FROM_H || ofDay < NIGHT_TO_H;
}

function speak(
  open: OpenNight,
  { device }: PowerSubject,
  phase: "opened" | "updated" | "cleared",
  atMs: number,
  context: RuleContext,
): void {
  const span = localSpan(open.fromMs, open.toMs, context.site.utcOffsetMin);
  const [kwh, expected] = [open.kwh.toFixed(1), open.expectedKwh.toFixed(1)];
  tell(
    open,
    {
      rule: RULE,
      phase,
      atMs,
      evidence: "power",
      strength: "weak",
      device,
      window: { fromMs: open.fromMs, toMs: open.toMs },
      measured: open.kwh,
      expected: open.expectedKwh,
      unit: "kWh",
      llr: LLR,
      text: {
        zh: `夜间 ${span} 用电 ${kwh} kWh，封停基线同时段 ${expected} kWh`,
        en: `night ${span}: ${kwh} kWh, sealed baseline ${expected} kWh for the same hours`,
      },
    },
    context,
  );
}
