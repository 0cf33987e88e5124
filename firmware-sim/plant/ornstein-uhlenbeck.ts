import type { Random } from "@sealwatch/platform";

/** Below this share of the time constant a step is short enough for the trapezoid, and the exact variance would cancel out. */
const SHORT_STEP = 1e-3;

/** Correlated Gaussian noise around zero: `deviation` of the stationary process, `tauMs` until correlation falls to 1/e. */
export interface OrnsteinUhlenbeck {
  /** The value now. */
  readonly value: number;
  /** Moves `stepMs` on and returns the mean over the step, which is what an energy counter sees. */
  advance(stepMs: number): number;
}

/**
 * A stationary Ornstein-Uhlenbeck process, discretised exactly: end value and time integral of a step are drawn from their
 * joint normal distribution, so that no statistic depends on how time is cut. (Gillespie, Phys. Rev. E 54, 2084, 1996.)
 */
export function ornsteinUhlenbeck(deviation: number, tauMs: number, random: Random): OrnsteinUhlenbeck {
  let value = random.normal();
  let law = stepLaw(1);
  let lawStepMs = Number.NaN;
  return {
    get value() {
      return value * deviation;
    },
    advance(stepMs) {
      if (stepMs !== lawStepMs) {
        lawStepMs = stepMs;
        law = stepLaw(stepMs / tauMs);
      }
      const before = value;
      const shock = random.normal();
      value = law.decay * before + law.endDeviation * shock;
      const bridge = law.bridgeDeviation * random.normal();
      if (law.short) return ((before + value) / 2) * deviation;
      return (law.meanOfStart * before + law.meanOfShock * shock + bridge) * deviation;
    },
  };
}

/** Coefficients for a step of `u` time constants and a process of unit deviation. */
function stepLaw(u: number) {
  const decay = Math.exp(-u);
  const gap = -Math.expm1(-u);
  const endDeviation = Math.sqrt(-Math.expm1(-2 * u));
  const integralVariance = 2 * u - 3 + 4 * decay - decay * decay;
  const integralOfShock = (gap * gap) / endDeviation;
  return {
    short: u < SHORT_STEP,
    decay,
    endDeviation,
    meanOfStart: gap / u,
    meanOfShock: integralOfShock / u,
    bridgeDeviation: Math.sqrt(Math.max(0, integralVariance - integralOfShock ** 2)) / u,
  };
}
