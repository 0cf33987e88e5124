/** Counts of magnitudes, four bins an octave of 1 + |x|; index is the bin. Precise to ±9 %, at most 121 counts. */
export type LogHistogram = number[];

const BINS_PER_OCTAVE = 4;
/** 2^30 W: beyond any site. */
const BIN_MAX = 30 * BINS_PER_OCTAVE;

/** Quantiles of |x| that all give σ for a Gaussian x: the normal quantiles of (1 + p) / 2. */
const SCALE_QUANTILES = [
  [0.5, 0.6745],
  [0.9, 1.645],
  [0.98, 2.326],
  [0.995, 2.807],
] as const;

/** Counts one magnitude. */
export function countMagnitude(histogram: LogHistogram, x: number): void {
  const bin = Math.min(BIN_MAX, Math.round(BINS_PER_OCTAVE * Math.log2(1 + Math.abs(x))));
  while (histogram.length <= bin) histogram.push(0);
  histogram[bin] = (histogram[bin] ?? 0) + 1;
}

/** The p-quantile of the counted magnitudes; 0 when nothing was counted. */
export function magnitudeQuantile(histogram: LogHistogram, p: number): number {
  const target = p * histogram.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [bin, count] of histogram.entries()) {
    if (count > 0 && below + count >= target) {
      const edge = bin - 0.5 + (target - below) / count;
      return Math.max(0, 2 ** (edge / BINS_PER_OCTAVE) - 1);
    }
    below += count;
  }
  return 0;
}

/** The mean of the counted magnitudes above `from`, and how many they are. */
export function meanMagnitude(histogram: LogHistogram, from: number): { mean: number; count: number } {
  let [count, sum] = [0, 0];
  for (const [bin, counted] of histogram.entries()) {
    const middle = 2 ** (bin / BINS_PER_OCTAVE) - 1;
    if (middle < from) continue;
    count += counted;
    sum += counted * middle;
  }
  return { mean: count > 0 ? sum / count : 0, count };
}

/**
 * A scale that is σ for Gaussian noise and larger for heavy tails: a thermostat that is on a tenth of the time, a lamp
 * switched five times a day. The median of |x| alone would not see them. Magnitudes above `to` are left out.
 */
export function tailScale(histogram: LogHistogram, to = Number.POSITIVE_INFINITY): number {
  const kept = histogram.filter((_, bin) => 2 ** (bin / BINS_PER_OCTAVE) - 1 <= to);
  return Math.max(...SCALE_QUANTILES.map(([p, normal]) => magnitudeQuantile(kept, p) / normal));
}

/** The same scale of a few magnitudes that are all at hand; 0 when there are none. */
export function sampleScale(magnitudes: readonly number[]): number {
  const sorted = magnitudes.toSorted((a, b) => a - b);
  const atRank = (p: number): number => sorted[Math.ceil(sorted.length * p) - 1] ?? 0;
  return Math.max(...SCALE_QUANTILES.map(([p, normal]) => atRank(p) / normal));
}
