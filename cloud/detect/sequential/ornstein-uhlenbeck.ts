/** Correlated noise of a channel: stationary scale and relaxation time. Any two times give a correlation. */
export interface Noise {
  readonly sigma: number;
  readonly tauMs: number;
}

/** Below this the correlation at the lag cannot be told from none. */
const RHO_MIN = 0.02;

/** The Ornstein-Uhlenbeck process with scale `sigma` whose values `lagMs` apart correlate by `rho`. */
export function noiseOf(sigma: number, rho: number, lagMs: number): Noise {
  return { sigma, tauMs: -lagMs / Math.log(Math.max(RHO_MIN, rho)) };
}

/** Correlation over `stepMs`. */
export function correlation({ tauMs }: Noise, stepMs: number): number {
  return Math.exp(-stepMs / tauMs);
}

/**
 * The noise of means over bins of `binMs`, again as an Ornstein-Uhlenbeck process that has their variance and their
 * lag-1 correlation. Values that learning saw `lagMs` apart average down no faster than independent ones.
 */
export function averagedNoise({ sigma, tauMs }: Noise, binMs: number, lagMs: number): Noise {
  const x = binMs / tauMs;
  const decay = Math.exp(-x);
  const shape = x - 1 + decay;
  const variance = Math.min(1, Math.max((2 * shape) / (x * x), lagMs / binMs));
  return noiseOf(sigma * Math.sqrt(variance), (1 - decay) ** 2 / (2 * shape), binMs);
}
