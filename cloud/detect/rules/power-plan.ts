import type { AcceptedBaseline } from "../baseline/accepted-baseline.ts";
import { averagedNoise, correlation, noiseOf } from "../sequential/ornstein-uhlenbeck.ts";
import { type CusumPlan, planCusum } from "../sequential/whitened-cusum.ts";
import type { SiteContext } from "../site-context.ts";
import type { PowerSubject } from "./subject.ts";

/** How the rise of one channel is judged while baseline, site and sampling stay the same. Watts. */
export interface PowerPlan {
  /** Each reading, or the mean of 10 s: what is large. */
  readonly fast: CusumPlan;
  /** Means over a quarter of an hour or more: what is small and stays. */
  readonly slow: CusumPlan;
  /** A rise must average this much to matter at all. */
  readonly significantW: number;
  readonly baseline: AcceptedBaseline;
  readonly utcOffsetMs: number;
}

/** Readings that come faster are averaged over this, aligned to UTC. */
const FAST_BIN_MS = 10_000;
const SLOW_BIN_MS = 15 * 60_000;
/** A slow bin holds this many values at least. */
const SLOW_VALUES = 4;
/** 0.5 % of the former load, or a lamp and a charger: less is no production, whatever its statistics. */
const SIGNIFICANT_SHARE = 0.005;
const SIGNIFICANT_MIN_W = 100;
/** No innovation is held to be smaller: a meter that shows a flat line still rounds. */
const SCALE_MIN_W = 5;

const plans = new WeakMap<
  AcceptedBaseline,
  { interval: number; offset: number; load: number; plan: PowerPlan }
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
export function planOf(baseline: AcceptedBaseline, subject: PowerSubject, site: SiteContext): PowerPlan {
  const known = plans.get(baseline);
  const { intervalMs } = subject;
  if (
    known?.interval === intervalMs &&
    known.offset === site.utcOffsetMin &&
    known.load === site.formerLoadW
  ) {
    return known.plan;
  }
  const plan = makePlan(baseline, subject, site);
  plans.set(baseline, { interval: intervalMs, offset: site.utcOffsetMin, load: site.formerLoadW, plan });
  return plan;
}

function makePlan(baseline: AcceptedBaseline, subject: PowerSubject, site: SiteContext): PowerPlan {
  const { sigmaDay, sigmaDifference, rho, lagMs, stepMs: learnedStepMs, days } = baseline;
  const load = Number.isFinite(site.formerLoadW) ? Math.max(0, site.formerLoadW) : 0;
  const practicalW = Math.max(SIGNIFICANT_SHARE * load, SIGNIFICANT_MIN_W);
  // The wander is known from few days: its quantile widens as a prediction interval from `days` observations does.
  const wanderW = 3 * (1 + 4 / Math.max(1, days)) * sigmaDay;
  const deadBandW = Math.max(wanderW, practicalW / 2);
  const noise = noiseOf(1, rho, lagMs);
  const scaleMinW = Math.max(SCALE_MIN_W, subject.scaledW);
  const stepMs = fastStepMs(subject.intervalMs);
  // Differences were measured at the learned step; of a shorter one only the model can tell.
  const measuredW =
    stepMs < learnedStepMs ? 0 : sigmaDifference * Math.sqrt((1 + correlation(noise, stepMs)) / 2);
  const slowMs = slowStepMs(subject.intervalMs);
  return {
    fast: planCusum(stepMs, noise, { deadBandW, innovationFloorW: Math.max(scaleMinW, measuredW) }),
    slow: planCusum(slowMs, averagedNoise(noise, slowMs, lagMs), { deadBandW, innovationFloorW: scaleMinW }),
    significantW: Math.max(practicalW, deadBandW),
    baseline,
    utcOffsetMs: site.utcOffsetMin * 60_000,
  };
}
