const Z_95 = 1.959964;

/** The Wilson 95 % interval of a detection rate. */
export function wilson(detected: number, total: number): { low: number; high: number } {
  if (total === 0) return { low: 0, high: 1 };
  const share = detected / total;
  const spread = Z_95 ** 2 / total;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (Z_95 / (1 + spread)) * Math.sqrt((share * (1 - share)) / total + spread / (4 * total));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** The exact one-sided 95 % upper bound of a Poisson mean from `count` events: 3.0 for none. */
export function poissonUpper95(count: number): number {
  let [low, high] = [count, count + 5 * Math.sqrt(count + 1) + 5];
  for (let round = 0; round < 60; round++) {
    const mean = (low + high) / 2;
    if (poissonAtMost(count, mean) > 0.05) low = mean;
    else high = mean;
  }
  return (low + high) / 2;
}

function poissonAtMost(count: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let n = 1; n <= count; n++) {
    term *= mean / n;
    sum += term;
  }
  return sum;
}

/** A quantile of delays where a miss is +∞; +∞ of none. */
export function quantile(delays: readonly number[], share: number): number {
  const sorted = [...delays].sort((a, b) => (a === b ? 0 : a - b));
  return (
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.POSITIVE_INFINITY
  );
}

/** The one-sided probability of at least `wins` of `wins + losses` fair coins: the sign test. */
export function signTest(wins: number, losses: number): number {
  const n = wins + losses;
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= n; k++) {
    if (k >= wins) tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, tail);
}
