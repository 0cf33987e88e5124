import { type ChannelDescription, type GapRecord, priorityOf } from "@sealwatch/protocols";
import type { DatedRecord } from "./gateway-view.ts";

/** What a chart of days needs of one segment. JSON; keys are channel ids. */
export interface SegmentSummary {
  /** [readings with a value, minimum, maximum, sum], scaled. */
  readonly values: Readonly<Record<string, readonly [number, number, number, number]>>;
  /** Contact positions as they became known: [UTC ms, position]; null when the device stopped answering. */
  readonly contacts: Readonly<Record<string, readonly (readonly [number, number | null])[]>>;
  /** Stretches of which the journal says itself that their readings are lost: [from, to], UTC ms. */
  readonly gaps: readonly (readonly [number, number])[];
  /** UTC of the segment's monotonic zero, by its first dated record. */
  readonly zeroMs: number;
  /** The longest time that may pass between two readings here before it is a hole, in ms. */
  readonly holeMs: number;
}

/** A reading three intervals late is missing; jitter of quick channels is forgiven. */
const HOLE_INTERVALS = 3;
const HOLE_MIN_MS = 60_000;

/** Summarises one segment; null when none of it is dated. Pure. */
export function summarizeSegment(
  records: readonly DatedRecord[],
  channels: readonly ChannelDescription[],
): { fromMs: number; toMs: number; summary: SegmentSummary } | null {
  const values = new Map<number, [number, number, number, number]>();
  const contacts: Record<string, [number, number | null][]> = {};
  const gaps: [number, number][] = [];
  let zeroMs: number | null = null;
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const { utcMs, record } of records) {
    if (utcMs === null) continue;
    zeroMs ??= utcMs - record.atMs;
    fromMs = Math.min(fromMs, utcMs);
    toMs = Math.max(toMs, utcMs);
    if (record.type === "sample") {
      for (let index = 0; index < record.channels.length; index++) {
        addValue(values, record.channels[index] ?? 0, record.scaled[index] ?? null);
      }
    } else if (record.type === "gap") {
      const gap = gapOf(utcMs, record);
      fromMs = Math.min(fromMs, gap[0]);
      gaps.push(gap);
    } else {
      for (const [channel, step] of contactSteps({ utcMs, record }, channels)) {
        contacts[channel] ??= [];
        contacts[channel].push(step);
      }
    }
  }
  if (zeroMs === null || fromMs > toMs) return null;
  const slowestMs = channels.reduce(
    // What a device says of itself is read once in a while: its silence between is no hole.
    (slowest, { kind, intervalMs }) =>
      priorityOf({ kind }) === "identity" ? slowest : Math.max(slowest, intervalMs),
    0,
  );
  const holeMs = Math.max(HOLE_MIN_MS, slowestMs * HOLE_INTERVALS);
  return { fromMs, toMs, summary: { values: Object.fromEntries(values), contacts, gaps, zeroMs, holeMs } };
}

/** The stretch a gap record tells of; one that was written with a nonsensical beginning is a moment. */
function gapOf(utcMs: number, { atMs, fromMs }: GapRecord): [number, number] {
  return [utcMs - Math.max(0, atMs - fromMs), utcMs];
}

/** The contact positions one record makes known, as [channel, [UTC ms, position]]. */
function contactSteps(
  { utcMs, record }: DatedRecord,
  channels: readonly ChannelDescription[],
): [number, [number, number | null]][] {
  if (utcMs === null) return [];
  if (record.type === "run") return [[record.channel, [utcMs - (record.atMs - record.fromMs), record.value]]];
  if (record.type !== "event") return [];
  if (record.event === "contact-changed" && record.channel !== undefined) {
    return [[record.channel, [utcMs, record.value ?? null]]];
  }
  if (record.event !== "device-lost") return [];
  return channels
    .filter((channel) => channel.contact && channel.device === record.device)
    .map((channel) => [channel.id, [utcMs, null]]);
}

function addValue(
  values: Map<number, [number, number, number, number]>,
  channel: number,
  scaled: number | null,
): void {
  if (scaled === null) return;
  const known = values.get(channel);
  if (!known) {
    values.set(channel, [1, scaled, scaled, scaled]);
    return;
  }
  known[0]++;
  known[1] = Math.min(known[1], scaled);
  known[2] = Math.max(known[2], scaled);
  known[3] += scaled;
}
