import type { SeriesView } from "../../api/contract.ts";
import { type Stretch, touches } from "./stretch.ts";

/** One channel's line: its points, and the stretches over which it must not be joined. */
export interface SeriesLine {
  readonly timesMs: readonly number[];
  readonly min: readonly number[];
  readonly mean: readonly number[];
  readonly max: readonly number[];
  readonly holes: readonly Stretch[];
}

/** A silence longer than this many of its neighbouring intervals is a hole, not slow sampling. */
const HOLE_INTERVALS = 3;

/** What bounds a line: the record's gaps, the window, the bucket width, and how far the gateway's record reaches. */
export interface LineBounds {
  readonly gaps: readonly Stretch[];
  readonly window: Stretch;
  readonly bucketMs: number;
  readonly reachesMs: number;
}

/**
 * Takes the empty buckets out of a series and finds its holes: where the record has a gap, where the channel gives no
 * value for much longer than around it, before its first point and after its last. Values are multiplied by `factor`.
 */
export function seriesLine(series: SeriesView, bounds: LineBounds, factor: number): SeriesLine {
  const kept: number[] = [];
  for (let i = 0; i < series.timesMs.length; i++) if ((series.mean[i] ?? null) !== null) kept.push(i);
  const timesMs = kept.map((i) => series.timesMs[i] ?? 0);
  const column = (values: readonly (number | null)[]) =>
    kept.map((i) => (values[i] ?? series.mean[i] ?? 0) * factor);
  return {
    timesMs,
    min: column(series.min),
    mean: column(series.mean),
    max: column(series.max),
    holes: holesIn(timesMs, bounds),
  };
}

function holesIn(timesMs: readonly number[], { gaps, window, bucketMs, reachesMs }: LineBounds): Stretch[] {
  const first = timesMs[0];
  const last = timesMs.at(-1);
  if (first === undefined || last === undefined) return [window];
  const count = timesMs.length;
  // Bounded below by a bucket, since nothing narrower can be told apart.
  const interval = (i: number) => Math.max(bucketMs, (timesMs[i + 1] ?? 0) - (timesMs[i] ?? 0));
  const holes: Stretch[] = [];
  if (first - window.fromMs > HOLE_INTERVALS * interval(0))
    holes.push({ fromMs: window.fromMs, toMs: first });
  for (let i = 0; i + 1 < count; i++) {
    const fromMs = Math.min((timesMs[i] ?? 0) + bucketMs, timesMs[i + 1] ?? 0);
    const toMs = timesMs[i + 1] ?? 0;
    const around = Math.max(i > 0 ? interval(i - 1) : bucketMs, i + 2 < count ? interval(i + 1) : bucketMs);
    if (interval(i) > HOLE_INTERVALS * around || touches(gaps, fromMs, toMs)) holes.push({ fromMs, toMs });
  }
  const endMs = Math.min(window.toMs, reachesMs);
  const tail = count > 1 ? interval(count - 2) : bucketMs;
  if (endMs - last > HOLE_INTERVALS * tail) holes.push({ fromMs: last + bucketMs, toMs: endMs });
  return holes;
}
