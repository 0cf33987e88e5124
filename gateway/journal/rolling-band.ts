/** How a channel's normal range is found. */
export interface BandSettings {
  readonly windowMs: number;
  /** The window is thinned to this many values, evenly in time. */
  readonly samplesMax: number;
  /** Outside beyond this many deviations from the median, … */
  readonly enterDeviations: number;
  /** … and inside again below this many. */
  readonly leaveDeviations: number;
}

/** Fewer values than this say nothing about what is normal. */
const SAMPLES_MIN = 16;
/** A constant channel has no spread: a deviation is never taken for smaller than this part of the median, or one step of the scale. */
const DEVIATION_FLOOR_SHARE = 0.01;
/** MAD of a normal distribution, in standard deviations. */
const MAD_TO_DEVIATION = 1.4826;

/** One channel's recent values, oldest first, and whether the last one lay outside. */
export interface RollingBand {
  readonly values: readonly { readonly atMs: number; readonly value: number }[];
  readonly outside: boolean;
}

export const EMPTY_BAND: RollingBand = { values: [], outside: false };

/**
 * Judges one reading by the values before it, median ± k·MAD with hysteresis, then remembers it. Values outside are remembered
 * too: a new level becomes the normal one within half a window. Pure.
 */
export function observeBand(
  band: RollingBand,
  atMs: number,
  value: number,
  settings: BandSettings,
): RollingBand {
  const kept = firstWithin(band.values, atMs - settings.windowMs);
  const values = kept === 0 ? band.values : band.values.slice(kept);
  const spacingMs = settings.windowMs / settings.samplesMax;
  const thinned = atMs - (values.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY) < spacingMs;
  return {
    outside: isOutside(values, value, band.outside ? settings.leaveDeviations : settings.enterDeviations),
    values: thinned ? values : [...values.slice(-(settings.samplesMax - 1)), { atMs, value }],
  };
}

function isOutside(values: RollingBand["values"], value: number, deviations: number): boolean {
  if (values.length < SAMPLES_MIN) return false;
  const sorted = Float64Array.from(values, (one) => one.value).sort();
  const median = middleOf(sorted);
  const mad = middleOf(sorted.map((one) => Math.abs(one - median)).sort());
  const deviation = Math.max(mad * MAD_TO_DEVIATION, Math.abs(median) * DEVIATION_FLOOR_SHARE, 1);
  return Math.abs(value - median) > deviations * deviation;
}

function middleOf(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

function firstWithin(values: RollingBand["values"], fromMs: number): number {
  const index = values.findIndex(({ atMs }) => atMs >= fromMs);
  return index < 0 ? values.length : index;
}
