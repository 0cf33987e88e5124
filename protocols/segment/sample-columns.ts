import type { SampleRecord } from "../vocabulary/journal-record.ts";
import { carriesValue, isQuality, QUALITY } from "../vocabulary/quality.ts";
import type { CborValue } from "./canonical-cbor.ts";
import { checkedInt } from "./cbor-reader.ts";
import { CHANNELS_MAX, READINGS_MAX } from "./segment-limits.ts";

/**
 * Samples that share their channels, as columns:
 * [channels, t0, step, time residuals, one column of value deltas a channel, quality runs].
 * Sample i was taken at t0 + i·step + residual[i]. A column starts from 0 and repeats where the quality carries no value.
 * A quality run is [channel index, first sample, samples, quality]; where there is none the quality is good.
 */
export function encodeSampleColumns(samples: readonly SampleRecord[]): CborValue[] {
  const groups = new Map<string, SampleRecord[]>();
  for (const sample of samples) {
    const key = sample.channels.join(",");
    const group = groups.get(key);
    if (group) group.push(sample);
    else groups.set(key, [sample]);
  }
  return [...groups.values()].map(encodeGroup);
}

/** The reverse of encodeSampleColumns, in order of group and time. Throws what `refuse` makes. */
export function decodeSampleColumns(
  groups: readonly CborValue[],
  refuse: (why: string) => Error,
): SampleRecord[] {
  const budget = { readings: READINGS_MAX };
  return groups.flatMap((group) => decodeGroup(group, budget, refuse));
}

function encodeGroup(samples: readonly SampleRecord[]): CborValue {
  const times = samples.map((sample) => sample.atMs);
  const t0 = times[0] ?? 0;
  const step = medianStep(times);
  const channels = samples[0]?.channels ?? [];
  return [
    [...channels],
    t0,
    step,
    times.map((time, index) => time - t0 - index * step),
    channels.map((_, channel) => encodeValues(samples, channel)),
    channels.flatMap((_, channel) => encodeQualityRuns(samples, channel)),
  ];
}

function medianStep(times: readonly number[]): number {
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  steps.sort((left, right) => left - right);
  return Math.max(0, steps[steps.length >> 1] ?? 0);
}

function encodeValues(samples: readonly SampleRecord[], channel: number): number[] {
  let last = 0;
  return samples.map((sample) => {
    const value = sample.scaled[channel] ?? last;
    const delta = value - last;
    last = value;
    return delta;
  });
}

function encodeQualityRuns(samples: readonly SampleRecord[], channel: number): CborValue[] {
  const runs: [number, number, number, number][] = [];
  samples.forEach((sample, index) => {
    const quality = sample.qualities[channel] ?? QUALITY.good;
    if (quality === QUALITY.good) return;
    const run = runs.at(-1);
    if (run && run[1] + run[2] === index && run[3] === quality) run[2]++;
    else runs.push([channel, index, 1, quality]);
  });
  return runs;
}

function decodeGroup(
  group: CborValue,
  budget: { readings: number },
  refuse: (why: string) => Error,
): SampleRecord[] {
  const bad = () => refuse("a sample group is malformed");
  if (!Array.isArray(group) || group.length !== 6) throw bad();
  const parts = group as readonly CborValue[];
  const channels = ints(parts[0], 1, 65_535, bad);
  const residuals = ints(parts[3], -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, bad);
  budget.readings -= channels.length * residuals.length;
  if (channels.length === 0 || channels.length > CHANNELS_MAX || budget.readings < 0)
    throw refuse("too many readings");
  const t0 = checkedInt(parts[1], 0, Number.MAX_SAFE_INTEGER, bad);
  const step = checkedInt(parts[2], 0, Number.MAX_SAFE_INTEGER, bad);
  const qualities = decodeQualities(parts[5], channels.length, residuals.length, bad);
  const columns = decodeColumns(parts[4], qualities, residuals.length, bad);
  return residuals.map((residual, index) => ({
    type: "sample",
    atMs: checkedInt(t0 + index * step + residual, 0, Number.MAX_SAFE_INTEGER, bad),
    channels,
    scaled: columns.map((column) => column[index] ?? null),
    qualities: qualities.map((column) => column[index] ?? QUALITY.good),
  }));
}

function decodeQualities(value: CborValue | undefined, channels: number, samples: number, bad: () => Error) {
  if (!Array.isArray(value)) throw bad();
  const columns = Array.from({ length: channels }, () => new Array<number>(samples).fill(QUALITY.good));
  for (const run of value as readonly CborValue[]) {
    const [channel = 0, first = 0, length = 0, quality = 0] = ints(run, 0, Number.MAX_SAFE_INTEGER, bad);
    const column = columns[channel];
    if (!column || length < 1 || first + length > samples || !isQuality(quality)) throw bad();
    column.fill(quality, first, first + length);
  }
  return columns;
}

function decodeColumns(
  value: CborValue | undefined,
  qualities: readonly (readonly number[])[],
  samples: number,
  bad: () => Error,
): (number | null)[][] {
  if (!Array.isArray(value) || value.length !== qualities.length) throw bad();
  return qualities.map((quality, index) => {
    const deltas = ints(value[index], -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, bad);
    if (deltas.length !== samples) throw bad();
    let last = 0;
    return deltas.map((delta, sample) => {
      last = checkedInt(last + delta, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, bad);
      return carriesValue(quality[sample] ?? QUALITY.good) ? last : null;
    });
  });
}

function ints(value: CborValue | undefined, min: number, max: number, bad: () => Error): number[] {
  if (!Array.isArray(value)) throw bad();
  return value.map((item) => checkedInt(item as CborValue, min, max, bad));
}
