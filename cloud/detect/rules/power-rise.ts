import { type AcceptedBaseline, baselineOf, expectedAt } from "../baseline/accepted-baseline.ts";
import {
  breakDifferences,
  initialLearning,
  type Learning,
  lagOf,
  learnDifference,
  learnValue,
} from "../baseline/learning.ts";
import { MINUTE_MS } from "../local-time.ts";
import { bankAlarm, resetBank, type StepBank, type StepBankPlan } from "../sequential/step-bank.ts";
import { addToBin, emptyBin, type TimeBin } from "../sequential/time-bin.ts";
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
import { breakHour } from "./hour-lane.ts";
import { initialNight, type NightState, nightEnergy, withdrawNight } from "./night-energy.ts";
import { followRise, type OpenRise, openRise, type RiseAlarm, RULE, withdrawRise } from "./open-rise.ts";
import { initialLeap, type LeapState, leapOf } from "./power-leap.ts";
import { fastStepMs, type PowerPlan, planOf, slowStepMs } from "./power-plan.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { initialStepSearch, type StepSearch, searchSteps } from "./step-search.ts";
import type { PowerSubject } from "./subject.ts";

/** One power channel: first it learns, then, from a person's acceptance on, it judges. */
export interface PowerState extends LeapState, StepSearch {
  /** null once accepted: what was accepted is never learned over. */
  learning: Learning | null;
  accepted: AcceptedBaseline | null;
  /** True while learning when enough days were seen for a person to accept. */
  ready: boolean;
  lastMs: number | null;
  sample: TimeBin;
  /** The minute mean while learning, the quarter of an hour afterwards. */
  bin: TimeBin;
  fast: Cusum;
  slow: Cusum;
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

/** A sustained rise of total active power above the accepted baseline, of a size not known beforehand. */
export const powerRise: Rule<PowerSubject, PowerState, PowerObservation> = {
  ...RULE,
  init: ({ intervalMs }) => ({
    learning: initialLearning(fastStepMs(intervalMs)),
    accepted: null,
    ready: false,
    lastMs: null,
    ...initialLeap(),
    ...initialStepSearch(),
    sample: emptyBin(),
    bin: emptyBin(),
    fast: initialCusum(),
    slow: initialCusum(),
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
  const { accepted } = state;
  if (accepted) {
    if (state.open) withdrawRise(state.open, subject, planOf(accepted, subject, context), context);
    withdrawNight(state.night, { power: subject, accepted }, context);
  }
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
  const isSettling = context.isSettling(subject.device, value.toMs);
  const leap = leapOf(state, value, plan, { wander: state.bank.wander, isSettling });
  searchSteps(state, state, value, { intervalMs: subject.intervalMs, plan });
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
  const stepW = (sumW - sumMidW) / n;
  return strength && { strength, onsetMs, n, sumW, sumMidW, stepW, leapLimitW: null, llr: 2 * ALLOWANCE * s };
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
    leapLimitW: null,
    llr: s,
  };
}
