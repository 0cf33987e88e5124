import type { Sentence } from "../finding.ts";
import { DAY_MS, HOUR_MS, localSpan, MINUTE_MS } from "../local-time.ts";
import { LEARNING_DAYS_MIN } from "../site-context.ts";
import { isUpdateDue, type OpenFinding, type Rule, type RuleContext } from "./rule.ts";
import {
  countDay,
  countStart,
  initialHabit,
  isSimilar,
  type StartHabit,
  sizeClass,
  startsADay,
} from "./start-habit.ts";
import { hasSettled, opening, tell } from "./tell.ts";
import {
  addValue,
  forgetSamples,
  initialStartWatch,
  type MeterValue,
  type Start,
  type StartWatch,
  seeStart,
} from "./three-phase-starts.ts";

/** A meter of three phases. */
export interface MachineSubject {
  readonly device: string;
  /** The channel that findings name: the total power, or a phase. */
  readonly channel: number;
  readonly intervalMs: number;
}

/** A value of the meter, or what befalls what was learned of it. */
export type MachineObservation =
  | MeterValue
  /** Nobody judges now: approved work. */
  | { readonly type: "permitted" }
  /** Its phases are on the list no more. */
  | { readonly type: "removed"; readonly utcMs: number }
  | { readonly type: "reset" }
  | { readonly type: "accepted" };

/** One meter. */
export interface MachineState {
  watch: StartWatch;
  /** Starts of the last day, at most one entry a size class. */
  runs: StartRun[];
  habit: StartHabit;
  isAccepted: boolean;
  open: OpenMachine | null;
}

interface StartRun {
  readonly sizeClass: number;
  readonly fromMs: number;
  lastMs: number;
  n: number;
  sumW: number;
  /** Of those whose power factor is known. */
  sumPowerFactor: number;
  withPowerFactor: number;
  inrush: number;
}

interface OpenMachine extends OpenFinding {
  readonly sizeClass: number;
  readonly fromMs: number;
  toMs: number;
  n: number;
  sumW: number;
  readonly powerFactor: number | null;
  inrush: number;
  readonly perDay: number;
  strength: "weak" | "strong";
}

const RULE = { id: "machine-signature", version: 2 } as const;
/** Less on three phases is a charger, whatever it was before. */
const STEP_MIN_W = 300;
const INRUSH_MIN = 2.5;
/** At faster sampling, steps closer than this are one start. */
const SAME_START_MS = 30_000;
const HABIT_FACTOR = 3;
/** While learning nothing is known of the site's own machines: only what no guard room has is told. */
const LEARNING_SHARE = 0.025;
const LEARNING_STRONG_SHARE = 0.1;
const CALM_MS = 6 * HOUR_MS;
const VALUE_MAX = 1e9;
const REMOVED: Sentence = {
  zh: "，此后三相读数已从配置中移除",
  en: "; then its phases were taken off the configuration",
};
const LLR = { weak: 5.9, strong: 8.2 } as const;

/**
 * Loads that start on all three phases at once, with the power factor of a motor, again and again: a heater or a lamp has one
 * phase, a heater of three has no reactive power. Against what the accepted baseline showed, by size: after T days without one,
 * n starts within a day have the probability (T + 1)^-n (negative binomial): four after a week are less than one false alarm
 * in ten years, three are one in one and a half. What was there before may start three times as often, as a compressor does in
 * summer. No step counts within 30 minutes of a mains return, when everything starts, nor one that rises with the voltage.
 */
export const machineSignature: Rule<MachineSubject, MachineState, MachineObservation> = {
  ...RULE,
  init: () => ({
    watch: initialStartWatch(),
    runs: [],
    habit: initialHabit(),
    isAccepted: false,
    open: null,
  }),
  step(state, subject, observation, context) {
    const { type } = observation;
    if (type === "permitted") return forgetSamples(state.watch);
    if (type === "reset") return reset(state, subject, context);
    if (type === "accepted") return accept(state, subject, context);
    if (type === "removed") return remove(state, subject, observation.utcMs, context);
    if (Math.abs(observation.value) > VALUE_MAX) return;
    const { intervalMs } = subject;
    const sample = addValue(state.watch, observation, intervalMs);
    if (!sample) return;
    if (!state.isAccepted && !context.isSuspected())
      countDay(state.habit, sample.atMs + context.site.utcOffsetMin * MINUTE_MS);
    calmDown(state, subject, sample.atMs, context);
    const leastW = Math.max(
      STEP_MIN_W,
      context.thresholds.machineShare * Math.max(0, context.site.formerLoadW),
    );
    const start = seeStart(state.watch, sample, { intervalMs, leastW, isFrozen: state.open !== null });
    if (start && !context.isSettling(subject.device, start.atMs)) count(state, subject, start, context);
  },
};

function reset(state: MachineState, subject: MachineSubject, context: RuleContext): void {
  if (state.open) speak(state.open, subject, "cleared", state.open.toMs, context);
  Object.assign(state, machineSignature.init(subject));
}

/** Nobody sees any more whether the machine starts. */
function remove(state: MachineState, subject: MachineSubject, utcMs: number, context: RuleContext): void {
  const { open } = state;
  if (open) speak(open, subject, "cleared", Math.max(open.toMs, utcMs), context, REMOVED);
  state.open = null;
}

/** From now on only what these days did not show counts. */
function accept(state: MachineState, subject: MachineSubject, context: RuleContext): void {
  if (state.isAccepted || state.habit.days < (context.site.learningDaysMin ?? LEARNING_DAYS_MIN)) return;
  if (state.open) speak(state.open, subject, "cleared", state.open.toMs, context);
  Object.assign(state, { isAccepted: true, open: null, runs: [] });
}

function count(state: MachineState, subject: MachineSubject, start: Start, context: RuleContext): void {
  const { atMs, watts, powerFactor, inrush } = start;
  const isFast = subject.intervalMs < SAME_START_MS;
  if (isFast && state.runs.some(({ lastMs }) => Math.abs(atMs - lastMs) < SAME_START_MS)) return;
  const ofClass = sizeClass(watts);
  if (!state.isAccepted && !context.isSuspected()) countStart(state.habit, ofClass);
  const run = runOf(state, ofClass, atMs);
  run.lastMs = atMs;
  run.n += 1;
  run.sumW += watts;
  run.inrush = Math.max(run.inrush, inrush);
  if (powerFactor !== null) {
    run.withPowerFactor += 1;
    run.sumPowerFactor = Math.round(1_000 * (run.sumPowerFactor + powerFactor)) / 1_000;
  }
  judge(state, subject, { ofClass, start }, context);
}

/** The class's starts of the last day; a day after the first of them it begins anew. */
function runOf(state: MachineState, ofClass: number, atMs: number): StartRun {
  state.runs = state.runs.filter(({ fromMs, lastMs }) => atMs >= lastMs && atMs - fromMs < DAY_MS);
  const known = state.runs.find((run) => run.sizeClass === ofClass);
  if (known) return known;
  const empty = { n: 0, sumW: 0, sumPowerFactor: 0, withPowerFactor: 0, inrush: 0 };
  const run: StartRun = { sizeClass: ofClass, fromMs: atMs, lastMs: atMs, ...empty };
  state.runs.push(run);
  return run;
}

function judge(
  state: MachineState,
  subject: MachineSubject,
  { ofClass, start }: { ofClass: number; start: Start },
  context: RuleContext,
): void {
  const { atMs } = start;
  const seen = together(state.runs.filter((run) => isSimilar(run.sizeClass, ofClass)));
  const strength = strengthOf(state, seen, ofClass, context);
  const { open } = state;
  if (open && isSimilar(open.sizeClass, ofClass)) {
    open.toMs = Math.max(open.toMs, atMs);
    open.n += 1;
    open.sumW += start.watts;
    open.inrush = Math.max(open.inrush, start.inrush);
    const isStronger = strength === "strong" && open.strength === "weak";
    if (isStronger) open.strength = "strong";
    if (isStronger || hasSettled(open, subject.device, atMs, context) || isUpdateDue(open, atMs))
      speak(open, subject, "updated", atMs, context);
  } else if (!open && strength) {
    const perDay = state.isAccepted ? startsADay(state.habit, ofClass) : 0;
    const begun = opening(subject.channel, subject.device, atMs, context);
    state.open = { ...begun, ...seen, toMs: atMs, sizeClass: ofClass, perDay, strength };
    speak(state.open, subject, "opened", atMs, context);
  }
}

type Together = Pick<StartRun, "fromMs" | "n" | "sumW" | "inrush"> & { readonly powerFactor: number | null };

function together(runs: readonly StartRun[]): Together {
  const total = (of: (run: StartRun) => number): number => runs.reduce((sum, run) => sum + of(run), 0);
  const known = total(({ withPowerFactor }) => withPowerFactor);
  return {
    fromMs: Math.min(...runs.map(({ fromMs }) => fromMs)),
    n: total(({ n }) => n),
    sumW: total(({ sumW }) => sumW),
    inrush: Math.max(...runs.map(({ inrush }) => inrush)),
    powerFactor: known > 0 ? total(({ sumPowerFactor }) => sumPowerFactor) / known : null,
  };
}

function strengthOf(
  { isAccepted, habit }: MachineState,
  { n, sumW, inrush, powerFactor }: Together,
  ofClass: number,
  { site, thresholds }: RuleContext,
): "weak" | "strong" | null {
  const usual = isAccepted ? HABIT_FACTOR * startsADay(habit, ofClass) : 0;
  if (n < Math.max(2, usual + thresholds.machineStarts - 1)) return null;
  const share = site.formerLoadW > 0 ? sumW / n / site.formerLoadW : 0;
  if (!isAccepted && share < LEARNING_SHARE) return null;
  // Without power factor or inrush it may be a heater of three phases.
  const isMotor = powerFactor !== null || inrush >= INRUSH_MIN;
  const isStrong = n >= usual + thresholds.machineStarts && (isAccepted || share >= LEARNING_STRONG_SHARE);
  return isMotor && isStrong ? "strong" : "weak";
}

function calmDown(state: MachineState, subject: MachineSubject, atMs: number, context: RuleContext): void {
  const { open } = state;
  if (!open || atMs - open.toMs < CALM_MS) return;
  speak(open, subject, "cleared", atMs, context);
  state.open = null;
}

function speak(
  open: OpenMachine,
  { device }: MachineSubject,
  phase: "opened" | "updated" | "cleared",
  atMs: number,
  context: RuleContext,
  more: Sentence = { zh: "", en: "" },
): void {
  const span = localSpan(open.fromMs, open.toMs, context.site.utcOffsetMin);
  const kw = (open.sumW / open.n / 1_000).toFixed(1);
  const factor = open.powerFactor?.toFixed(2);
  const inrush = open.inrush >= INRUSH_MIN ? open.inrush.toFixed(0) : null;
  const zh = `${factor ? `，功率因数 ${factor}` : ""}${inrush ? `，起动冲击约 ${inrush} 倍` : ""}`;
  const en = `${factor ? `, power factor ${factor}` : ""}${inrush ? `, inrush about ${inrush} times` : ""}`;
  const perDay = open.perDay.toFixed(open.perDay < 10 ? 1 : 0);
  tell(
    open,
    {
      rule: RULE,
      phase,
      atMs,
      evidence: "power",
      strength: open.strength,
      device,
      subject: device,
      window: { fromMs: open.fromMs, toMs: open.toMs },
      measured: open.n,
      expected: open.perDay,
      unit: "starts",
      llr: LLR[open.strength],
      text: {
        zh: `${device} ${span} 三相平衡负荷起动 ${open.n} 次，每次约 ${kw} kW${zh}，封停期间每天 ${perDay} 次${more.zh}`,
        en: `${device}: ${open.n} balanced three-phase starts of about ${kw} kW ${span}${en}; ${perDay} a day while sealed${more.en}`,
      },
    },
    context,
  );
}
