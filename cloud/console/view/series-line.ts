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

/**
 * Takes the empty buckets out of a series and finds its holes: where the record has a gap, where it is silent for much
 * longer than around it, and before its first point. Values are multiplied by `factor`.
 */
export function seriesLine(
  series: SeriesView,
  gaps: readonly Stretch[],
  window: Stretch,
  bucketMs: number,
  factor: number,
): SeriesLine {
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
    holes: holesIn(timesMs, gaps, window, bucketMs),
  };
}

function holesIn(
  timesMs: readonly number[],
  gaps: readonly Stretch[],
  window: Stretch,
  bucketMs: number,
): Stretch[] {
  const first = timesMs[0];
  if (first === undefined) return [window];
  const holes: Stretch[] = [];
  const interval = (i: number) => (timesMs[i + 1] ?? 0) - (timesMs[i] ?? 0);
  const normal = timesMs.length > 1 ? Math.max(bucketMs, interval(0)) : bucketMs;
  if (first - window.fromMs > HOLE_INTERVALS * normal) holes.push({ fromMs: window.fromMs, toMs: first });
  for (let i = 0; i + 1 < timesMs.length; i++) {
    const fromMs = timesMs[i] ?? 0;
    const toMs = timesMs[i + 1] ?? 0;
    const around = Math.max(
      bucketMs,
      i > 0 ? interval(i - 1) : 0,
      i + 2 < timesMs.length ? interval(i + 1) : 0,
    );
    if (toMs - fromMs > HOLE_INTERVALS * around || touches(gaps, fromMs + bucketMs, toMs)) {
      holes.push({ fromMs: Math.min(fromMs + bucketMs, toMs), toMs });
    }
  }
  return holes;
}
