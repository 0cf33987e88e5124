import { correlation, type Noise } from "./ornstein-uhlenbeck.ts";
import { cusumThreshold } from "./siegmund.ts";

/** A running one-sided CUSUM (Page 1954) on whitened innovations, and what has passed since it last left zero. */
export interface Cusum {
  s: number;
  /** When it last left zero; meaningful while s > 0. */
  onsetMs: number;
  /** Values since the onset, and the sums of what was measured and expected, W. */
  n: number;
  sumW: number;
  sumMidW: number;
  lastMs: number | null;
  lastExcessW: number;
}

/** How a CUSUM judges: fixed while the baseline and the sampling stay the same. */
export interface CusumPlan {
  readonly stepMs: number;
  /** The lane's noise when the channel's has a scale of 1. */
  readonly noise: Noise;
  /** The least scale an innovation is held to have, W. */
  readonly innovationFloorW: number;
  readonly stepCorrelation: number;
  /** What may be above the baseline without being evidence, W. */
  readonly deadBandW: number;
  readonly weak: number;
  readonly strong: number;
}

/** A value of a lane: mean power between `fromMs` and `toMs`, what was expected, and the noise's scale then. Watts. */
export interface LaneValue {
  readonly fromMs: number;
  readonly toMs: number;
  readonly watts: number;
  readonly midW: number;
  readonly sigmaW: number;
}

/** Allowance in deviations of an innovation. */
export const ALLOWANCE = 0.75;
/** Innovations are cut off here, so that no single reading is proof. Two are. */
const WINSOR = 7;
/** An excess beyond this many deviations cannot come from the noise, so it is not predicted from the noise either. */
const PREDICTABLE = 4;
/** Raised above Siegmund's threshold for tails heavier than the normal one and noise learned wrong; calibrated by simulation. */
const WEAK_GUARD = 1;
const STRONG_GUARD = 2;
/** How far past `strong` a sum may run, so that it also comes down again. */
const HEADROOM = 2;

const YEAR_MS = 365.25 * 86_400_000;
/** Mean time between false alarms of one lane; two lanes share one a year and one in ten years. */
const WEAK_YEARS = 2;
const STRONG_YEARS = 20;

/** A CUSUM at zero. */
export function initialCusum(): Cusum {
  return { s: 0, onsetMs: 0, n: 0, sumW: 0, sumMidW: 0, lastMs: null, lastExcessW: 0 };
}

/** The plan for values `stepMs` apart. */
export function planCusum(
  stepMs: number,
  noise: Noise,
  bounds: { deadBandW: number; innovationFloorW: number },
): CusumPlan {
  const threshold = (years: number): number => cusumThreshold(ALLOWANCE, (years * YEAR_MS) / stepMs);
  return {
    stepMs,
    noise,
    ...bounds,
    stepCorrelation: correlation(noise, stepMs),
    weak: threshold(WEAK_YEARS) + WEAK_GUARD,
    strong: threshold(STRONG_YEARS) + STRONG_GUARD,
  };
}

/**
 * Takes one value; returns what it adds to the log-likelihood ratio of a shift by 2k deviations, nats.
 * An excess below the dead band predicts nothing: coming back from a dip to normal is no rise.
 */
export function stepCusum(cusum: Cusum, plan: CusumPlan, value: LaneValue): number {
  const { fromMs, toMs, watts, midW } = value;
  const excessW = watts - midW - plan.deadBandW;
  const sigmaW = plan.noise.sigma * value.sigmaW;
  const sinceMs = cusum.lastMs === null ? null : toMs - cusum.lastMs;
  const phi =
    sinceMs === null
      ? 0
      : sinceMs === plan.stepMs
        ? plan.stepCorrelation
        : correlation(plan.noise, Math.max(1, sinceMs));
  const scaleW = Math.max(plan.innovationFloorW, sigmaW * Math.sqrt(1 - phi * phi));
  const predictedW = phi * Math.min(Math.max(cusum.lastExcessW, 0), PREDICTABLE * sigmaW);
  const z = Math.min(WINSOR, Math.max(-WINSOR, (excessW - predictedW) / scaleW));
  cusum.lastMs = toMs;
  cusum.lastExcessW = excessW;
  const before = cusum.s;
  const s = Math.min(before + z - ALLOWANCE, plan.strong + HEADROOM);
  if (s <= 0) {
    resetSums(cusum);
  } else {
    if (before === 0) cusum.onsetMs = fromMs;
    cusum.s = s;
    cusum.n += 1;
    cusum.sumW += watts;
    cusum.sumMidW += midW;
  }
  return 2 * ALLOWANCE * (z - ALLOWANCE);
}

/** Back to zero, as after a clear. */
export function resetSums(cusum: Cusum): void {
  cusum.s = 0;
  cusum.n = 0;
  cusum.sumW = 0;
  cusum.sumMidW = 0;
}

/** What a CUSUM says when a rise must average at least `significantW` to matter; strong takes two values. */
export function strengthOf(cusum: Cusum, plan: CusumPlan, significantW: number): "weak" | "strong" | null {
  if (cusum.s < plan.weak || cusum.sumW - cusum.sumMidW < significantW * cusum.n) return null;
  return cusum.s >= plan.strong && cusum.n >= 2 ? "strong" : "weak";
}
