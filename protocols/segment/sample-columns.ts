import type { SampleRecord } from "../vocabulary/journal-record.ts";
import { carriesValue, isQuality, QUALITY } from "../vocabulary/quality.ts";
import { BitReader, BitWriter } from "./bit-stream.ts";
import type { CborValue } from "./canonical-cbor.ts";
import { checkedInt } from "./cbor-reader.ts";
import { readColumns, writeColumns } from "./packed-columns.ts";
import { planRice, readRice, writeRice } from "./rice-series.ts";
import { CHANNELS_MAX, READINGS_MAX } from "./segment-limits.ts";

/**
 * Samples that share their channels, as columns: [channels, t0, step, samples, packed bits, quality runs].
 * Sample i was taken at t0 + i·step + lateness[i]. The bits hold the latenesses as a Rice series, then one column a channel; a column
 * repeats where the quality carries no value. A quality run is [channel index, first sample, samples, quality]; elsewhere it is good.
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
    samples.length,
    pack(
      times.map((time, index) => time - t0 - index * step),
      channels.map((_, channel) => valuesOf(samples, channel)),
    ),
    channels.flatMap((_, channel) => encodeQualityRuns(samples, channel)),
  ];
}

function pack(latenesses: readonly number[], columns: readonly (readonly number[])[]): Uint8Array {
  const writer = new BitWriter();
  writeRice(writer, latenesses, planRice(latenesses).parameter);
  writeColumns(writer, columns);
  return writer.toBytes();
}

function medianStep(times: readonly number[]): number {
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  steps.sort((left, right) => left - right);
  return Math.max(0, steps[steps.length >> 1] ?? 0);
}

function valuesOf(samples: readonly SampleRecord[], channel: number): number[] {
  let last = 0;
  return samples.map((sample) => {
    last = sample.scaled[channel] ?? last;
    return last;
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
  const samples = checkedInt(parts[3], 0, READINGS_MAX, bad);
  budget.readings -= channels.length * samples;
  if (channels.length === 0 || channels.length > CHANNELS_MAX || budget.readings < 0)
    throw refuse("too many readings");
  const t0 = checkedInt(parts[1], 0, Number.MAX_SAFE_INTEGER, bad);
  const step = checkedInt(parts[2], 0, Number.MAX_SAFE_INTEGER, bad);
  const qualities = decodeQualities(parts[5], channels.length, samples, bad);
  if (!(parts[4] instanceof Uint8Array)) throw bad();
  const reader = new BitReader(parts[4], bad);
  const latenesses = readRice(reader, samples);
  const columns = readColumns(reader, channels.length, samples, bad);
  reader.finish();
  return latenesses.map((lateness, index) => ({
    type: "sample",
    atMs: checkedInt(t0 + index * step + lateness, 0, Number.MAX_SAFE_INTEGER, bad),
    channels,
    scaled: columns.map((column, channel) =>
      carriesValue(qualities[channel]?.[index] ?? QUALITY.good) ? (column[index] ?? null) : null,
    ),
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

function ints(value: CborValue | undefined, min: number, max: number, bad: () => Error): number[] {
  if (!Array.isArray(value)) throw bad();
  return value.map((item) => checkedInt(item as CborValue, min, max, bad));
}
