/** A value or a summary of several, from `fromMs`: lowest, highest, sum and count, in the channel's unit. */
export interface Stretch {
  readonly fromMs: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly count: number;
}

/** Columns over equal buckets; null where nothing was measured. */
export interface BucketColumns {
  readonly timesMs: number[];
  readonly min: (number | null)[];
  readonly mean: (number | null)[];
  readonly max: (number | null)[];
}

/** Puts stretches into buckets of `bucketMs` that cover [fromMs, toMs). Pure. */
export function bucketize(
  stretches: Iterable<Stretch>,
  { fromMs, toMs, bucketMs }: { fromMs: number; toMs: number; bucketMs: number },
): BucketColumns {
  const buckets = Math.max(1, Math.ceil((toMs - fromMs) / bucketMs));
  const min = new Array<number | null>(buckets).fill(null);
  const max = new Array<number | null>(buckets).fill(null);
  const sum = new Array<number>(buckets).fill(0);
  const count = new Array<number>(buckets).fill(0);
  for (const stretch of stretches) {
    const at = Math.floor((stretch.fromMs - fromMs) / bucketMs);
    if (at < 0 || at >= buckets || stretch.count === 0) continue;
    min[at] = Math.min(min[at] ?? stretch.min, stretch.min);
    max[at] = Math.max(max[at] ?? stretch.max, stretch.max);
    sum[at] = (sum[at] ?? 0) + stretch.sum;
    count[at] = (count[at] ?? 0) + stretch.count;
  }
  const mean = sum.map((total, at) => (count[at] ? total / (count[at] ?? 1) : null));
  return { timesMs: min.map((_, at) => fromMs + at * bucketMs), min, mean, max };
}
