/** The p-quantile by nearest rank below, so that exactly half of polluted values cannot move the median; 0 if empty. */
export function lowerQuantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * p)] ?? 0;
}

/** The lower median. */
export function lowerMedian(values: readonly number[]): number {
  return lowerQuantile(values, 0.5);
}
