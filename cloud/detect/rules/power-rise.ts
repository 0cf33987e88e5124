import { type AcceptedBaseline, baselineOf, expectedAt } from "../baseline/accepted-baseline.ts";
import { initialLearning, type Learning, lagOf, learnDifference, learnValue } from "../baseline/learning.ts";
import { MINUTE_MS } from "../local-time.ts";
import { addToBin, emptyBin, type TimeBin } from "../sequential/time-bin.ts";
import {
  type Cusum,
  initialCusum,
  type LaneValue,
  resetSums,
  stepCusum,
  strengthOf,
} from "../sequential/whitened-cusum.ts";
import { LEARNING_DAYS_MIN, type SiteContext } from "../site-context.ts";
import { followRise, type OpenRise, openRise, type RiseAlarm, RULE } from "./open-rise.ts";
import { fastStepMs, type PowerPlan, planOf, slowStepMs } from "./power-plan.ts";
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
  sample: TimeBin;
  /** The minute mean while learning, the quarter of an hour afterwards. */
  bin: TimeBin;
  fast: Cusum;
  slow: Cusum;
  open: OpenRise | null;
}

/** A good reading in watts, or a person's acceptance of what was learned. */
export type PowerObservation =
  | { readonly type: "reading"; readonly utcMs: number; readonly watts: number }
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
    lastW: 0,
    sample: emptyBin(),
    bin: emptyBin(),
    fast: initialCusum(),
    slow: initialCusum(),
    open: null,
  }),
  step(state, subject, observation, context) {
    if (observation.type === "accepted") {
      accept(state, subject, observation, context.site);
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

/** The clock was set back: what is half averaged belongs to no bin any more; evidence so far is kept. */
function forgetTime(state: PowerState): void {
  state.sample = emptyBin();
  state.bin = emptyBin();
  state.fast.lastMs = null;
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
    judge(state, subject, value, planOf(state.accepted, subject, context.site), context);
  } else if (state.learning) {
    learn(state, state.learning, subject, value, context.site);
  }
}

function learn(
  state: PowerState,
  learning: Learning,
  { intervalMs }: PowerSubject,
  { fromMs, toMs, watts }: FastValue,
  site: SiteContext,
): void {
  const stepMs = fastStepMs(intervalMs);
  const sinceMs = state.fast.lastMs === null ? Infinity : toMs - state.fast.lastMs;
  if (sinceMs > stepMs / 2 && sinceMs < stepMs * 1.5) learnDifference(learning, watts - state.lastW, stepMs);
  state.fast.lastMs = toMs;
  state.lastW = watts;
  const lagMs = lagOf(intervalMs);
  const offsetMs = site.utcOffsetMin * MINUTE_MS;
  if (intervalMs >= lagMs) {
    learnValue(learning, fromMs + offsetMs, watts, lagMs);
  } else {
    const ended = addToBin(state.bin, lagMs, { fromMs, watts, midW: 0, sigmaW: 0 });
    if (ended) learnValue(learning, ended.fromMs + offsetMs, ended.watts, lagMs);
  }
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
  const alarm = alarmOf(state, plan);
  if (!state.open) {
    if (alarm) state.open = openRise(subject, value, alarm, plan, context);
    return;
  }
  const isQuiet = state.fast.s < plan.fast.weak && state.slow.s < plan.slow.weak;
  if (followRise(state.open, subject, value, { alarm, isQuiet, llr, plan }, context)) {
    state.open = null;
    resetSums(state.fast);
    resetSums(state.slow);
  }
}

/** The stronger of the two lanes' alarms; the fast one when they agree, for it dates the onset best. */
function alarmOf({ fast, slow }: PowerState, plan: PowerPlan): RiseAlarm | null {
  const quick = strengthOf(fast, plan.fast, plan.significantW);
  if (quick === "strong") return { lane: fast, strength: quick };
  const patient = strengthOf(slow, plan.slow, plan.significantW);
  if (patient === "strong") return { lane: slow, strength: patient };
  if (quick) return { lane: fast, strength: quick };
  return patient && { lane: slow, strength: patient };
}
