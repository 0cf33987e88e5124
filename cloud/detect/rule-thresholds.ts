/** What the rules ask for, as a named person may set it for one site. Each has a default, and bounds beyond which it would mean nothing. */
export interface RuleThresholds {
  /** A feeder declared cut is live above this share of its nominal voltage. */
  readonly liveVoltageShare: number;
  /** Power rise: the least rise that matters, as a share of the former load. */
  readonly riseShare: number;
  /** Machine signature: balanced three-phase starts of one size within a day, beyond what the baseline shows. */
  readonly machineStarts: number;
  /** Machine signature: the least step, as a share of the former load. */
  readonly machineShare: number;
  /** Share of the former load above which a site is not shut. */
  readonly formerShare: number;
  /** Energy of a night over that of the day before it. */
  readonly nightRatio: number;
  /** The least energy of such a night: mean power over eight hours as a share of the former load. */
  readonly nightRatioFloorShare: number;
  /** Energy of a day over the median of the fortnight before it. */
  readonly surgeFactor: number;
  /** The least surge: mean power over a day as a share of the former load. */
  readonly surgeFloorShare: number;
  /** Night energy: the least excess over the sealed nights, as a share of the former load. */
  readonly nightFloorShare: number;
  /** Points by which a feeder's share of the site's energy may move. */
  readonly feederSharePoints: number;
  /** Gas: the least rise as a share of its background. */
  readonly vocShare: number;
  /** Counts of a water meter on a cut supply within a day that are a strong sign. */
  readonly waterCounts: number;
}

/** Defaults; where a number has a precedent it is named in docs/detection.md. */
export const DEFAULT_THRESHOLDS: RuleThresholds = {
  liveVoltageShare: 0.7,
  riseShare: 0.005,
  machineStarts: 4,
  machineShare: 0.005,
  formerShare: 0.25,
  nightRatio: 1.5,
  nightRatioFloorShare: 0.05,
  surgeFactor: 2,
  surgeFloorShare: 0.02,
  nightFloorShare: 0.02,
  feederSharePoints: 3,
  vocShare: 0.5,
  waterCounts: 10,
};

/** The least and the most that each may be set to. */
export const THRESHOLD_BOUNDS: Readonly<
  Record<keyof RuleThresholds, readonly [least: number, most: number]>
> = {
  liveVoltageShare: [0.3, 0.95],
  riseShare: [0.001, 0.5],
  machineStarts: [2, 200],
  machineShare: [0.001, 0.5],
  formerShare: [0.05, 1],
  nightRatio: [1.1, 20],
  nightRatioFloorShare: [0.005, 0.5],
  surgeFactor: [1.2, 20],
  surgeFloorShare: [0.002, 0.5],
  nightFloorShare: [0.002, 0.5],
  feederSharePoints: [1, 50],
  vocShare: [0.1, 10],
  waterCounts: [2, 10_000],
};

/** The names of all thresholds. */
export const thresholdNames = Object.keys(DEFAULT_THRESHOLDS) as (keyof RuleThresholds)[];

/** The thresholds of a site: the defaults, and what a person set instead. What is out of bounds is set to the bound. */
export function thresholdsOf(set: Partial<RuleThresholds> | null): RuleThresholds {
  const result: { -readonly [Name in keyof RuleThresholds]: number } = { ...DEFAULT_THRESHOLDS };
  for (const name of thresholdNames) {
    const value = set?.[name];
    const [least, most] = THRESHOLD_BOUNDS[name];
    if (value !== undefined && Number.isFinite(value)) result[name] = Math.min(most, Math.max(least, value));
  }
  return result;
}
