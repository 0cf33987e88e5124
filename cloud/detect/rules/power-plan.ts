import type { AcceptedBaseline } from "../baseline/accepted-baseline.ts";
import { lagOf } from "../baseline/learning.ts";
import { lowerMedian } from "../baseline/order-statistic.ts";
import { HOUR_MS } from "../local-time.ts";
import { averagedNoise, correlation, noiseOf } from "../sequential/ornstein-uhlenbeck.ts";
import { bankThreshold, type StepBankPlan } from "../sequential/step-bank.ts";
import { type SwitchedLoad, scaleWithout } from "../sequential/switch-belief.ts";
import { type CusumPlan, planCusum } from "../sequential/whitened-cusum.ts";
import type { SiteContext } from "../site-context.ts";
import { leapLimit } from "./leap-limit.ts";
import type { RuleContext } from "./rule.ts";
import type { PowerSubject } from "./subject.ts";

/** How the rise of one channel is judged while baseline, site and sampling stay the same. Watts. */
export interface PowerPlan {
  /** Each reading, or the mean of 10 s: what is large. */
  readonly fast: CusumPlan;
  /** Means over a quarter of an hour or more: what is small and stays. */
  readonly slow: CusumPlan;
  /** Means over a minute or more: steps of a few sizes that the wander hides from the other two. */
  readonly bank: StepBankPlan;
  /** The same on hours: what a load that cycles hides from all of these; null: none does. */
  readonly hours: StepBankPlan | null;
  /** One reading this much above the one before is beyond twenty years of such readings; null: it is not known. */
  readonly leapW: number | null;
  /** The load that switches by itself and is taken out of such leaps; null: none is. */
  readonly switched: SwitchedLoad | null;
  /** Beyond this a single reading is held to be a mistake of the meter. */
  readonly leapMaxW: number;
  /** A rise must average this much to matter at all. */
  readonly practicalW: number;
  /** Above the baseline by so much the power counts as back. */
  readonly calmW: number;
  /** The same for a step above the wander of the moment. */
  readonly significantStepW: number;
  readonly baseline: AcceptedBaseline;
  readonly utcOffsetMs: number;
}

/** Readings that come faster are averaged over this, aligned to UTC. */
const FAST_BIN_MS = 10_000;
const SLOW_BIN_MS = 15 * 60_000;
/** A slow bin holds this many values at least. */
const SLOW_VALUES = 4;
/** A share of the former load (a threshold), or a lamp and a charger: less is no production, whatever its statistics. */
const SIGNIFICANT_MIN_W = 100;
/** No innovation is held to be smaller: a meter that shows a flat line still rounds. */
const SCALE_MIN_W = 5;

const plans = new WeakMap<
  AcceptedBaseline,
  { interval: number; offset: number; load: number; share: number; plan: PowerPlan }
>();

/** Time between two values of the fast lane. */
export function fastStepMs(intervalMs: number): number {
  return Math.max(FAST_BIN_MS, intervalMs);
}

/** Time between two values of the slow lane. */
export function slowStepMs(intervalMs: number): number {
  return Math.max(SLOW_BIN_MS, SLOW_VALUES * intervalMs);
}

/** The plan of an accepted baseline, worked out once. */
export function planOf(
  baseline: AcceptedBaseline,
  subject: PowerSubject,
  { site, thresholds }: Pick<RuleContext, "site" | "thresholds">,
): PowerPlan {
  const known = plans.get(baseline);
  const { intervalMs } = subject;
  const { riseShare } = thresholds;
  if (
    known?.interval === intervalMs &&
    known.offset === site.utcOffsetMin &&
    known.load === site.formerLoadW &&
    known.share === riseShare
  ) {
    return known.plan;
  }
  const plan = makePlan(baseline, subject, site, riseShare);
  const { utcOffsetMin: offset, formerLoadW: load } = site;
  plans.set(baseline, { interval: intervalMs, offset, load, share: riseShare, plan });
  return plan;
}

function makePlan(
  baseline: AcceptedBaseline,
  subject: PowerSubject,
  site: SiteContext,
  riseShare: number,
): PowerPlan {
  const { sigmaDay, sigmaDifference, rho, lagMs, stepMs: learnedStepMs, days } = baseline;
  const load = Number.isFinite(site.formerLoadW) ? Math.max(0, site.formerLoadW) : 0;
  const practicalW = Math.max(riseShare * load, SIGNIFICANT_MIN_W);
  // The wander is known from few days: its quantile widens as a prediction interval from `days` observations does.
  const wanderW = 3 * (1 + 4 / Math.max(1, days)) * sigmaDay;
  // A heater that cycles has its mean above its median, for ever: so much is no step.
  const skewW = STEP_NOISE * lowerMedian(baseline.within);
  const significantStepW = Math.max(practicalW, skewW);
  const deadBandW = Math.max(wanderW, practicalW / 2, skewW);
  const stepMs = fastStepMs(subject.intervalMs);
  const leaps = leapLimit(baseline, stepMs, practicalW);
  const { switched, besideW, yearlyW } = leaps;
  // What quiet days do every day is no evidence: a kettle, a defrosting. It may come with a compressor that could not be taken out.
  const fastDeadBandW = Math.max(deadBandW, skewW + besideW + habitualW(baseline.leaps));
  const slowDeadBandW = Math.max(deadBandW, habitualW(baseline.peaks));
  const noise = noiseOf(1, rho, lagMs);
  const scaleMinW = Math.max(SCALE_MIN_W, subject.scaledW);
  // Differences were measured at the learned step; of a shorter one only the model can tell.
  const measuredW =
    stepMs < learnedStepMs ? 0 : sigmaDifference * Math.sqrt((1 + correlation(noise, stepMs)) / 2);
  const slowMs = slowStepMs(subject.intervalMs);
  return {
    fast: planCusum(stepMs, noise, {
      deadBandW: fastDeadBandW,
      innovationFloorW: Math.max(scaleMinW, measuredW),
    }),
    slow: planCusum(slowMs, averagedNoise(noise, slowMs, lagMs), {
      deadBandW: slowDeadBandW,
      innovationFloorW: scaleMinW,
    }),
    bank: {
      ...planBank(
        withoutSwitched(baseline, switched),
        lagOf(subject.intervalMs),
        switched ? practicalW : significantStepW,
        scaleMinW,
      ),
      habitual: besideW + yearlyW,
    },
    // Minutes see enough where nothing else leaps as far as the load that is taken out.
    hours: switched && yearlyW < switched.step ? null : planHours(baseline, practicalW, scaleMinW),
    leapW: leaps.leapW,
    switched,
    leapMaxW: load > 0 ? LEAP_LOADS_MAX * load : Infinity,
    calmW: deadBandW,
    practicalW,
    significantStepW,
    baseline,
    utcOffsetMs: site.utcOffsetMin * 60_000,
  };
}

/** Twice the former load: no plant restarts with more at once. */
const LEAP_LOADS_MAX = 2;
/** What every other day does scatters by so much about their middle. */
const HABIT_MARGIN = 1.15;

/** As far as every other quiet day goes, W. */
function habitualW(ofDays: readonly number[]): number {
  return HABIT_MARGIN * lowerMedian(ofDays);
}

/** In deviations of the noise within an hour. */
const STEP_NOISE = 0.75;
const RHO_MAX = 0.995;
/** Steps from the least that matters, each twice the one before. */
const BANK_SIZES = 4;
/** Raised above the bound for tails heavier than the normal one and noise of more than two scales. */
const BANK_GUARD = 4;
const YEAR_MS = 365.25 * 86_400_000;
/** Mean time between false alarms: a third of one a year, and of one in ten years. */
const WEAK_YEARS = 3;
const STRONG_YEARS = 30;

/** Neighbouring values differ this much more than their correlation tells: something switches on and off. */
const SWITCHING_MIN = 2;
/**
 * Of an hour's deviation this share is held to be wander, and so slow. Fitted to a fortnight both scatter by half and give false
 * alarms where they fall low; held fixed they cost little.
 */
const HOURS_WANDER_SHARE = 0.4;
const HOURS_WANDER_TAU_MS = 12 * HOUR_MS;
/** After a hole the first hours tell where the wander is, in deviations, and prove nothing. */
const HOURS_UNSEEN = 3;
/** Nats, calibrated by simulation on floors with a compressor or a heater: 7 is fewer than one false alarm in ten years. */
const HOURS_WEAK = 5;
const HOURS_STRONG = 7;

/** Hours are judged only where a load switches all the time: it blinds what looks at minutes, and elsewhere minutes see more. */
function planHours(baseline: AcceptedBaseline, practicalW: number, scaleMinW: number): StepBankPlan | null {
  const { sigmaDay, days, rho, sigmaDifference, stepMs, lagMs } = baseline;
  const correlated = correlation(noiseOf(1, rho, lagMs), stepMs);
  const smooth = lowerMedian(baseline.within) * Math.sqrt(2 * (1 - correlated));
  if (sigmaDifference < SWITCHING_MIN * smooth) return null;
  const sigma = sigmaDay * (1 + 4 / Math.max(1, days));
  return {
    stepMs: HOUR_MS,
    noise: {
      fastTauMs: HOUR_MS / 4,
      fastExtraSigma: sigma * Math.sqrt(1 - HOURS_WANDER_SHARE),
      wanderSigma: sigma * Math.sqrt(HOURS_WANDER_SHARE),
      wanderTauMs: HOURS_WANDER_TAU_MS,
      unseenSigma: HOURS_UNSEEN * sigma,
    },
    innovationFloor: scaleMinW,
    habitual: 0,
    sizes: Array.from({ length: BANK_SIZES }, (_, index) => 1.5 * practicalW * 2 ** index),
    weak: HOURS_WEAK,
    strong: HOURS_STRONG,
  };
}

/** The baseline as it were without the load that switches by itself. */
function withoutSwitched(baseline: AcceptedBaseline, switched: SwitchedLoad | null): AcceptedBaseline {
  if (!switched) return baseline;
  return {
    ...baseline,
    within: baseline.within.map((scale) => scaleWithout(scale, switched)),
    sigmaDifference: switched.calm,
  };
}

function planBank(
  baseline: AcceptedBaseline,
  stepMs: number,
  significantW: number,
  scaleMinW: number,
): Omit<StepBankPlan, "habitual"> {
  const { sigmaDay, sigmaDifference, rho, lagMs, days, wanderShare, wanderTauMs } = baseline;
  const threshold = (years: number): number =>
    bankThreshold(BANK_SIZES, (years * YEAR_MS) / stepMs, BANK_GUARD);
  const prediction = 1 + 2 / Math.max(1, days);
  const hourlySigma = sigmaDay * Math.sqrt(1 - wanderShare);
  const sigma = Math.hypot(lowerMedian(baseline.within), hourlySigma);
  // Within an hour a correlation is seen too small; the scale of differences tells it too.
  const rhoOfDifferences = 1 - sigmaDifference ** 2 / (2 * Math.max(1, sigma) ** 2);
  const noise = [noiseOf(1, rho, lagMs), noiseOf(1, Math.min(RHO_MAX, rhoOfDifferences), baseline.stepMs)];
  const fastTauMs = Math.max(...noise.map(({ tauMs }) => tauMs));
  const measuredW = sigmaDifference * Math.sqrt((1 + Math.exp(-stepMs / fastTauMs)) / 2);
  // A load that switches does so more often within a longer step; of a shorter one than was learned only the model can tell.
  const lagging = stepMs < baseline.stepMs ? 0 : Math.sqrt(stepMs / baseline.stepMs);
  return {
    stepMs,
    noise: {
      fastTauMs,
      fastExtraSigma: hourlySigma,
      wanderSigma: sigmaDay * Math.sqrt(wanderShare) * prediction,
      wanderTauMs,
    },
    innovationFloor: Math.max(scaleMinW, Math.min(measuredW * lagging, sigma)),
    sizes: Array.from({ length: BANK_SIZES }, (_, index) => 1.5 * significantW * 2 ** index),
    weak: threshold(WEAK_YEARS),
    strong: threshold(STRONG_YEARS),
  };
}
