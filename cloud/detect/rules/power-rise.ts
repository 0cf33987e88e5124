import { type AcceptedBaseline, baselineOf, expectedAt } from "../baseline/accepted-baseline.ts";
import {
  breakDifferences,
  initialLearning,
  type Learning,
  lagOf,
  learnDifference,
  learnValue,
} from "../baseline/learning.ts";
import { HOUR_MS, MINUTE_MS } from "../local-time.ts";
import {
  bankAlarm,
  initialStepBank,
  resetBank,
  type StepBank,
  type StepBankPlan,
  shiftBank,
  stepBank,
} from "../sequential/step-bank.ts";
import {
  followSwitch,
  type SwitchBelief,
  type SwitchedLoad,
  shareOn,
  unknownSwitch,
} from "../sequential/switch-belief.ts";
import { addToBin, type BinMean, emptyBin, type TimeBin } from "../sequential/time-bin.ts";
import {
  ALLOWANCE,
  type Cusum,
  type CusumPlan,
  initialCusum,
  type LaneValue,
  resetSums,
  stepCusum,
  strengthOf,
} from "../sequential/whitened-cusum.ts";
import { LEARNING_DAYS_MIN, type SiteContext } from "../site-context.ts";
import { breakHour, type HourLane, initialHourLane, stepHour } from "./hour-lane.ts";
import { initialNight, type NightState, nightEnergy } from "./night-energy.ts";
import { followRise, type OpenRise, openRise, type RiseAlarm, RULE, withdrawRise } from "./open-rise.ts";
import { fastStepMs, ownScale, type PowerPlan, planOf, slowStepMs } from "./power-plan.ts";
import type { Rule, RuleContext } from "./rule.ts";
import type { PowerSubject } from "./subject.ts";

/** One power channel: first it learns, then, from a person's acceptance on, it judges. */
export interface PowerState {
  /** null once accepted: what was accepted is never learned over. */
  learning: Learning | null;
  accepted: AcceptedBaseline | null;
  /** True while learning when enough days were seen for a person to accept. */
  ready: boolean;
  lastMs: number | null;
  lastW: number;
  /** When the lane's last value ended, of which lastW tells the power. */
  lastLaneMs: number | null;
  /** Whether the load that switches by itself is on. */
  belief: SwitchBelief | null;
  /** What a mistaken belief was put right by since the bank's last value. */
  mistakenW: number;
  /** How far the power fell at once within a day, be it across a hole, and when. */
  fellW: number;
  fellMs: number;
  sample: TimeBin;
  /** The minute mean while learning, the quarter of an hour afterwards. */
  bin: TimeBin;
  fast: Cusum;
  slow: Cusum;
  /** The minute mean, and what the bank of steps makes of it. */
  minute: TimeBin;
  bank: StepBank;
  hours: HourLane;
  open: OpenRise | null;
  night: NightState;
}

/** A good reading in watts, one during approved work, a person's acceptance of what was learned, or a person's wish to learn anew. */
export type PowerObservation =
  | { readonly type: "reading"; readonly utcMs: number; readonly watts: number }
  | { readonly type: "permitted"; readonly utcMs: number }
  | { readonly type: "reset" }
  | { readonly type: "accepted"; readonly utcMs: number; readonly by: string };

/** One value of the fast lane: a reading, or the mean of 10 s. */
type FastValue = Pick<LaneValue, "fromMs" | "toMs" | "watts">;

/** Readings this much older than the last are late and left out; older still, the clock was set back. */
const LATE_MS = MINUTE_MS;
const WATTS_MAX = 1e9;
/** What was switched off so long ago and is switched on again is news. */
const RETURN_MS = 24 * HOUR_MS;
const RETURN_SHARE = 0.6;

/** A sustained rise of total active power above the accepted baseline, of a size not known beforehand. */
export const powerRise: Rule<PowerSubject, PowerState, PowerObservation> = {
  ...RULE,
  init: ({ intervalMs }) => ({
    learning: initialLearning(fastStepMs(intervalMs)),
    accepted: null,
    ready: false,
    lastMs: null,
    lastW: 0,
    lastLaneMs: null,
    belief: null,
    mistakenW: 0,
    fellW: 0,
    fellMs: 0,
    sample: emptyBin(),
    bin: emptyBin(),
    fast: initialCusum(),
    slow: initialCusum(),
    minute: emptyBin(),
    bank: initialStepBank(),
    hours: initialHourLane(),
    open: null,
    night: initialNight(),
  }),
  step(state, subject, observation, context) {
    if (observation.type === "accepted") {
      accept(state, subject, observation, context.site);
      return;
    }
    if (observation.type === "reset") return reset(state, subject, context);
    if (observation.type === "permitted") {
      forgetTime(state);
      state.lastMs = observation.utcMs;
      return;
    }
    const { utcMs, watts } = observation;
    if (Math.abs(watts) > WATTS_MAX) return;
    const { lastMs } = state;
    if (lastMs !== null && utcMs <= lastMs) {
      if (utcMs > lastMs - LATE_MS) return;
      forgetTime(state);
    }
    state.lastMs = utcMs;
    if (state.accepted)
      nightEnergy.step(state.night, { power: subject, accepted: state.accepted }, { utcMs, watts }, context);
    const stepMs = fastStepMs(subject.intervalMs);
    if (subject.intervalMs >= stepMs) {
      take(state, subject, { fromMs: utcMs, toMs: utcMs, watts }, context);
      return;
    }
    const ended = addToBin(state.sample, stepMs, { fromMs: utcMs, watts, midW: 0, sigmaW: 0 });
    if (ended)
      take(
        state,
        subject,
        { fromMs: ended.fromMs, toMs: ended.fromMs + stepMs, watts: ended.watts },
        context,
      );
  },
};

/** Everything is learned again; what was open is over, for it was measured against what no longer counts. */
function reset(state: PowerState, subject: PowerSubject, context: RuleContext): void {
  if (state.open && state.accepted)
    withdrawRise(state.open, subject, planOf(state.accepted, subject, context), context);
  Object.assign(state, powerRise.init(subject));
}

/** The clock was set back, or nobody judged: what is half averaged belongs to no bin any more; evidence so far is kept. */
function forgetTime(state: PowerState): void {
  state.sample = emptyBin();
  state.bin = emptyBin();
  state.minute = emptyBin();
  state.night.bin = emptyBin();
  state.bank.lastMs = null;
  breakHour(state.hours);
  state.fast.lastMs = null;
  state.lastLaneMs = null;
  state.slow.lastMs = null;
  if (state.open) state.open.calmSinceMs = null;
}

function accept(
  state: PowerState,
  subject: PowerSubject,
  { utcMs, by }: { utcMs: number; by: string },
  site: SiteContext,
): void {
  if (!state.learning || state.learning.daysSeen < (site.learningDaysMin ?? LEARNING_DAYS_MIN)) return;
  const baseline = baselineOf(state.learning, lagOf(subject.intervalMs));
  if (!baseline) return;
  state.accepted = { ...baseline, acceptedMs: utcMs, by: by.slice(0, 60) };
  state.learning = null;
  state.bin = emptyBin();
  state.fast = initialCusum();
}

function take(state: PowerState, subject: PowerSubject, value: FastValue, context: RuleContext): void {
  if (state.accepted) {
    judge(state, subject, value, planOf(state.accepted, subject, context), context);
  } else if (state.learning) {
    if (!context.isSuspected()) learn(state, state.learning, subject, value, context.site);
  }
}

function learn(
  state: PowerState,
  learning: Learning,
  { intervalMs, daysKept }: PowerSubject,
  { fromMs, toMs, watts }: FastValue,
  site: SiteContext,
): void {
  const lagMs = lagOf(intervalMs);
  const offsetMs = site.utcOffsetMin * MINUTE_MS;
  if (intervalMs >= lagMs) {
    learnValue(learning, fromMs + offsetMs, watts, lagMs, daysKept);
  } else {
    const ended = addToBin(state.bin, lagMs, { fromMs, watts, midW: 0, sigmaW: 0 });
    if (ended) learnValue(learning, ended.fromMs + offsetMs, ended.watts, lagMs, daysKept);
  }
  const stepMs = fastStepMs(intervalMs);
  const sinceMs = state.fast.lastMs === null ? Infinity : toMs - state.fast.lastMs;
  if (sinceMs > stepMs / 2 && sinceMs < stepMs * 1.5) learnDifference(learning, watts - state.lastW, stepMs);
  else breakDifferences(learning);
  state.fast.lastMs = toMs;
  state.lastW = watts;
  state.ready = learning.daysSeen >= (site.learningDaysMin ?? LEARNING_DAYS_MIN);
}

function judge(
  state: PowerState,
  subject: PowerSubject,
  raw: FastValue,
  plan: PowerPlan,
  context: RuleContext,
): void {
  const { midW, sigmaW } = expectedAt(plan.baseline, raw.fromMs + plan.utcOffsetMs);
  const value: LaneValue = { fromMs: raw.fromMs, toMs: raw.toMs, watts: raw.watts, midW, sigmaW };
  const llr = stepCusum(state.fast, plan.fast, value);
  const slowMs = slowStepMs(subject.intervalMs);
  const ended = addToBin(state.bin, slowMs, value);
  // A bin that a hole left half empty is no mean of its quarter of an hour.
  if (ended && 2 * ended.n * plan.fast.stepMs >= slowMs) {
    stepCusum(state.slow, plan.slow, { ...ended, toMs: ended.fromMs + slowMs });
  }
  const leap = leapOf(state, value, plan, context.isSettling(subject.device, value.toMs));
  searchSteps(state, subject, value, plan);
  const alarm = leap ?? alarmOf(state, plan);
  if (!state.open) {
    if (alarm) state.open = openRise(subject, value, alarm, plan, context);
    return;
  }
  const isQuiet =
    state.fast.s < plan.fast.weak &&
    state.slow.s < plan.slow.weak &&
    bankAlarm(state.bank, plan.bank, plan.significantStepW) === null &&
    bankRise(state.hours.bank, plan.hours, plan) === null;
  if (followRise(state.open, subject, value, { alarm, isQuiet, llr, plan }, context)) {
    state.open = null;
    resetSums(state.fast);
    resetSums(state.slow);
    resetBank(state.bank);
    resetBank(state.hours.bank);
  }
}

/**
 * One reading that leaps further than ten years of quiet would: strong by itself. It must come right after another and be a load
 * that the site can have; what the mains' return does is no leap, nor is the return of what fell within a day to its baseline.
 */
function leapOf(
  state: PowerState,
  { fromMs, toMs, watts, midW }: LaneValue,
  plan: PowerPlan,
  isSettling: boolean,
): RiseAlarm | null {
  const { lastW, lastLaneMs, bank } = state;
  state.lastW = watts;
  state.lastLaneMs = toMs;
  const { leapW, leapMaxW, fast, significantStepW, switched } = plan;
  const follows = lastLaneMs !== null && toMs - lastLaneMs <= 1.5 * fast.stepMs;
  const riseW = watts - lastW;
  const restW = follows && switched ? takeSwitch(state, switched, riseW) : riseW;
  if (!follows) state.belief = null;
  if (leapW === null) return null;
  if (-restW >= leapW / 2 && (-riseW >= state.fellW || toMs - state.fellMs > RETURN_MS)) {
    state.fellW = -riseW;
    state.fellMs = toMs;
  }
  if (!follows || isSettling || restW < leapW || watts > leapMaxW) return null;
  const mayReturn = toMs - state.fellMs < RETURN_MS && riseW * RETURN_SHARE <= state.fellW;
  const excessW = watts - midW;
  if (mayReturn ? excessW - Math.max(0, bank.wander) < significantStepW : excessW <= 0) return null;
  return {
    strength: "strong",
    onsetMs: fromMs,
    n: 1,
    sumW: watts,
    sumMidW: midW,
    stepW: restW,
    llr: plan.bank.strong,
  };
}

/**
 * Takes the switch out of a difference and returns what is left. Where belief was mistaken, the level without the load moves by
 * another amount than that: so much is no news to the bank.
 */
function takeSwitch(state: PowerState, switched: SwitchedLoad, differenceW: number): number {
  const before = state.belief ?? unknownSwitch(switched);
  const { belief, rest } = followSwitch(before, switched, differenceW);
  const movedW = differenceW - (onW(belief) - onW(before));
  state.mistakenW = Math.round(state.mistakenW + movedW - rest) + 0;
  state.belief = belief;
  return rest;
}

/** What the load is believed to take, above its half. */
function onW(belief: SwitchBelief): number {
  return belief.step * (shareOn(belief) - 0.5);
}

/** What is expected once it is known whether the load that switches by itself is on; what is not known of it widens the noise. */
function withSwitched(
  { midW, sigmaW }: LaneValue,
  known: SwitchBelief | null,
  switched: SwitchedLoad | null,
): { midW: number; sigmaW: number } {
  if (!switched) return { midW, sigmaW };
  const belief = known ?? unknownSwitch(switched);
  const on = shareOn(belief);
  const ownW = ownScale(sigmaW, switched);
  return { midW: midW + onW(belief), sigmaW: Math.hypot(ownW, belief.step * Math.sqrt(on * (1 - on))) };
}

/** The bank looks at each value, or at minute means when they come faster. */
function searchSteps(
  state: PowerState,
  { intervalMs }: PowerSubject,
  value: LaneValue,
  plan: PowerPlan,
): void {
  const { bank, minute, hours, belief } = state;
  const { stepMs } = plan.bank;
  const expected = withSwitched(value, belief, plan.switched);
  const ended: BinMean | null =
    intervalMs >= stepMs
      ? { fromMs: value.fromMs, n: 1, watts: value.watts, ...expected }
      : addToBin(minute, stepMs, { fromMs: value.fromMs, watts: value.watts, ...expected });
  if (!ended || (intervalMs < stepMs && 2 * ended.n * plan.fast.stepMs < stepMs)) return;
  const { fromMs, watts } = ended;
  const localMs = fromMs + plan.utcOffsetMs;
  if (plan.hours)
    stepHour(hours, plan.hours, plan.baseline, { localMs, utcMs: fromMs, watts, lagMs: stepMs });
  shiftBank(bank, state.mistakenW);
  state.mistakenW = 0;
  stepBank(bank, plan.bank, {
    fromMs,
    toMs: intervalMs >= stepMs ? value.toMs : fromMs + stepMs,
    excess: watts - ended.midW,
    mid: expectedAt(plan.baseline, localMs).midW,
    sigma: ended.sigmaW,
  });
}

/** The strongest of the alarms; the fast lane's when they agree, for it dates the onset best. */
function alarmOf({ fast, slow, bank, hours }: PowerState, plan: PowerPlan): RiseAlarm | null {
  const alarms = [
    cusumAlarm(fast, plan.fast, plan.practicalW),
    bankRise(bank, plan.bank, plan),
    bankRise(hours.bank, plan.hours, plan),
    cusumAlarm(slow, plan.slow, plan.practicalW),
  ];
  return (
    alarms.find((alarm) => alarm?.strength === "strong") ?? alarms.find((alarm) => alarm !== null) ?? null
  );
}

function cusumAlarm(lane: Cusum, plan: CusumPlan, practicalW: number): RiseAlarm | null {
  const strength = strengthOf(lane, plan, Math.max(practicalW, plan.deadBandW));
  const { onsetMs, n, sumW, sumMidW, s } = lane;
  return (
    strength && { strength, onsetMs, n, sumW, sumMidW, stepW: (sumW - sumMidW) / n, llr: 2 * ALLOWANCE * s }
  );
}

/** The bank's sums are above the baseline and the wander: the open finding takes them as above what is expected now. */
function bankRise(bank: StepBank, bankPlan: StepBankPlan | null, plan: PowerPlan): RiseAlarm | null {
  const alarm = bankPlan && bankAlarm(bank, bankPlan, plan.significantStepW);
  if (!alarm) return null;
  const { onsetMs, n, sum, s } = alarm.lane;
  const { midW } = expectedAt(plan.baseline, onsetMs + plan.utcOffsetMs);
  return {
    strength: alarm.strength,
    onsetMs,
    n,
    sumW: sum + n * midW,
    sumMidW: n * midW,
    stepW: sum / n,
    llr: s,
  };
}
