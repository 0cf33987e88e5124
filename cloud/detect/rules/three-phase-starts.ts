import { shortNumber } from "../short-number.ts";
import { emptySample, type LoadStep, loadStep, type MeterSample } from "./load-step.ts";

/** A value that a meter gave. */
export type MeterValue =
  | { readonly type: "load"; readonly utcMs: number; readonly phase: 0 | 1 | 2; readonly value: number }
  | {
      readonly type: "totalW" | "powerFactor" | "reactiveVar" | "volts";
      readonly utcMs: number;
      readonly value: number;
    };

/** One meter as its readings come in. */
export interface StartWatch {
  /** The sample in the making, and the one before. */
  now: MeterSample | null;
  before: MeterSample | null;
  /** Fast sampling: a step that has yet to settle, and the most that was drawn meanwhile. */
  rising: { readonly before: MeterSample; readonly atMs: number; peak: number } | null;
  /** What all three phases move together from one sample to the next on an ordinary day, W of one phase. */
  noiseW: number;
}

/** A load that came on all three phases. */
export interface Start {
  readonly atMs: number;
  readonly watts: number;
  /** Of the load; null: nobody measures it. */
  readonly powerFactor: number | null;
  /** The most that was drawn over what was left; 0: sampling is too slow to say. */
  readonly inrush: number;
}

/** What counts as a start. */
export interface StartBounds {
  readonly intervalMs: number;
  /** The least step, W. */
  readonly leastW: number;
  /** The noise stands still while a finding is open. */
  readonly isFrozen: boolean;
}

/** What a running machine does to its own load is no start. */
const STEP_OF_LOAD = 0.1;
const STEP_OF_NOISE = 8;
const BALANCE_MIN = 0.6;
/** Motors and welders, loaded or not; heaters of three phases are above. */
const POWER_FACTOR_MIN = 0.3;
const POWER_FACTOR_MAX = 0.95;
/** A load that comes lowers the voltage: where both rise the grid did it. */
const GRID_SHARE = 0.015;
/** Inrush is over, the run-up mostly too. */
const SETTLE_MS = 5_000;
/** Two samples further apart than so many intervals are no neighbours. */
const NEIGHBOUR_INTERVALS = 2.5;

/** A meter that has said nothing. */
export function initialStartWatch(): StartWatch {
  return { now: null, before: null, rising: null, noiseW: 0 };
}

/** Nobody judged for a while, or the clock was set back: what comes next has no neighbour. */
export function forgetSamples(watch: StartWatch): void {
  Object.assign(watch, { now: null, before: null, rising: null });
}

/** Takes a value; where it begins another sample, returns the one that is complete. */
export function addValue(watch: StartWatch, observation: MeterValue, intervalMs: number): MeterSample | null {
  const { utcMs, value } = observation;
  const sinceMs = watch.now === null ? null : utcMs - watch.now.atMs;
  let complete: MeterSample | null = null;
  if (watch.now === null || sinceMs === null || sinceMs < 0 || 2 * sinceMs > intervalMs) {
    complete = watch.now;
    watch.now = emptySample(utcMs);
  }
  if (observation.type === "load") watch.now.loads[observation.phase] = shortNumber(value, 1);
  else if (observation.type === "powerFactor") watch.now.powerFactor = shortNumber(value, 1_000);
  else watch.now[observation.type] = shortNumber(value, 1);
  return complete;
}

/** Looks at a complete sample beside the one before it. At fast sampling a start is told once it has settled. */
export function seeStart(watch: StartWatch, sample: MeterSample, bounds: StartBounds): Start | null {
  const { before, rising } = watch;
  watch.before = sample;
  const sinceMs = before === null ? Number.POSITIVE_INFINITY : sample.atMs - before.atMs;
  if (before === null || sinceMs <= 0 || sinceMs > NEIGHBOUR_INTERVALS * bounds.intervalMs) {
    watch.rising = null;
    return null;
  }
  if (rising) return settle(watch, rising, sample, bounds);
  const step = loadStep(before, sample);
  if (!bounds.isFrozen) followNoise(watch, step);
  if (!isStart(step, before, watch, bounds)) return null;
  if (bounds.intervalMs >= SETTLE_MS) return motorStart(step, sample.atMs, 0);
  watch.rising = { before, atMs: sample.atMs, peak: sum(sample) };
  return null;
}

/** The median of what the phases move together, as a quantile that is followed (Robbins and Monro 1951). */
function followNoise(watch: StartWatch, step: LoadStep | null): void {
  const byW = Math.max(1, 0.02 * watch.noiseW);
  const isMore = (step?.leastW ?? 0) > watch.noiseW;
  watch.noiseW = Math.max(0, Math.round(10 * (watch.noiseW + (isMore ? byW : -byW))) / 10);
}

function isStart(
  step: LoadStep | null,
  before: MeterSample,
  { noiseW }: StartWatch,
  bounds: StartBounds,
): step is LoadStep {
  if (step === null || step.watts <= 0 || step.balance < BALANCE_MIN) return false;
  const leastW = Math.max(bounds.leastW, STEP_OF_LOAD * Math.abs(sum(before)), 3 * STEP_OF_NOISE * noiseW);
  return step.watts >= leastW && 3 * step.leastW >= BALANCE_MIN * leastW && step.voltageShare < GRID_SHARE;
}

/** What is left of a step when inrush and run-up are over is the machine. */
function settle(
  watch: StartWatch,
  rising: NonNullable<StartWatch["rising"]>,
  sample: MeterSample,
  bounds: StartBounds,
): Start | null {
  rising.peak = Math.max(rising.peak, sum(sample));
  if (sample.atMs - rising.atMs < SETTLE_MS) return null;
  watch.rising = null;
  const step = loadStep(rising.before, sample);
  if (!isStart(step, rising.before, watch, bounds)) return null;
  const settledW = sum(sample) - sum(rising.before);
  const inrush = Math.round((10 * (rising.peak - sum(rising.before))) / Math.max(1, settledW)) / 10;
  return motorStart(step, rising.atMs, inrush);
}

function motorStart({ watts, powerFactor }: LoadStep, atMs: number, inrush: number): Start | null {
  const isOther = powerFactor !== null && (powerFactor < POWER_FACTOR_MIN || powerFactor > POWER_FACTOR_MAX);
  return isOther ? null : { atMs, watts: Math.round(watts), powerFactor, inrush };
}

function sum({ loads }: MeterSample): number {
  return (loads[0] ?? 0) + (loads[1] ?? 0) + (loads[2] ?? 0);
}
