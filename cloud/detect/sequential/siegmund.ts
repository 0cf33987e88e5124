/** Excess of a Gaussian random walk over a boundary, in deviations (Siegmund 1985, Sequential Analysis, ch. X). */
const OVERSHOOT = 1.166;

/**
 * The threshold of a one-sided CUSUM of unit normals with allowance `k` (Page 1954) whose mean time between false
 * alarms is `steps`: Siegmund's ARL₀ = (e^{2kb} − 1 − 2kb) / 2k² with b = h + 1.166, solved for h.
 */
export function cusumThreshold(k: number, steps: number): number {
  let exponent = 1;
  for (let round = 0; round < 40; round++) exponent = Math.log(1 + exponent + 2 * k * k * Math.max(1, steps));
  return exponent / (2 * k) - OVERSHOOT;
}
