import type { ChannelDescription } from "@sealwatch/protocols";
import { toValue } from "@sealwatch/protocols";
import type { PermitSensor } from "../detect/permit-sensor.ts";
import type { SegmentSummary } from "../replica/segment-summary.ts";
import type { Database } from "../store/database.ts";

/** Segments that are looked through for one permit. */
const SEGMENTS_MAX = 20_000;
/** A total power above this is work going on. */
const WORKING_W = 500;

/** What happened under a permit that would have been signs without it. */
export interface PermitCover {
  readonly doorOpenings: number;
  readonly sealOpenings: number;
  /** How long and how high the power was above 500 W. */
  readonly workingMs: number;
  readonly peakW: number | null;
  /** False: there was more than is counted here. */
  readonly complete: boolean;
}

/** A gateway of a site under a permit. */
export interface CoveredGateway {
  readonly id: string;
  readonly channels: readonly ChannelDescription[];
}

/** Counts what the journals of these gateways tell between two times. */
export async function countCovered(
  db: Database,
  gateways: readonly CoveredGateway[],
  range: { fromMs: number; toMs: number },
  sensors: readonly PermitSensor[] | null,
): Promise<PermitCover> {
  const cover = { doorOpenings: 0, sealOpenings: 0, workingMs: 0, peakW: null as number | null };
  let left = SEGMENTS_MAX;
  for (const { id, channels } of gateways) {
    const rows = await db
      .selectFrom("segment_summary")
      .select(["from_ms", "to_ms", "summary_json"])
      .where("gateway", "=", id)
      .where("from_ms", ">=", range.fromMs)
      .where("from_ms", "<", range.toMs)
      .orderBy("from_ms")
      .limit(left + 1)
      .execute();
    if (rows.length > left) return { ...cover, complete: false };
    left -= rows.length;
    const summaries = rows.map((row) => ({
      ...{ fromMs: row.from_ms, toMs: row.to_ms },
      summary: JSON.parse(row.summary_json) as SegmentSummary,
    }));
    for (const channel of channels) {
      if (channel.contact) countOpenings(cover, channel, summaries, range, sensors);
      else if (isTotalPower(channel) && covers(sensors, "power")) measureWork(cover, channel, summaries);
    }
  }
  return { ...cover, complete: true };
}

interface Summarized {
  readonly fromMs: number;
  readonly toMs: number;
  readonly summary: SegmentSummary;
}

function countOpenings(
  cover: { doorOpenings: number; sealOpenings: number },
  { id, contact }: ChannelDescription,
  summaries: readonly Summarized[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
  sensors: readonly PermitSensor[] | null,
): void {
  const role = contact?.role;
  if ((role !== "door" && role !== "seal") || !covers(sensors, role)) return;
  let isOpen = false;
  for (const { summary } of summaries) {
    for (const [atMs, value] of summary.contacts[id] ?? []) {
      if (value === null || atMs < fromMs || atMs >= toMs) continue;
      const opens = value !== contact?.normal;
      if (opens && !isOpen) cover[role === "door" ? "doorOpenings" : "sealOpenings"] += 1;
      isOpen = opens;
    }
  }
}

function measureWork(
  cover: { workingMs: number; peakW: number | null },
  { id, decimals, unit }: ChannelDescription,
  summaries: readonly Summarized[],
): void {
  const perUnit = unit === "kW" ? 1_000 : 1;
  for (const { fromMs, toMs, summary } of summaries) {
    const [count, , max, sum] = summary.values[id] ?? [0, 0, 0, 0];
    if (count === 0) continue;
    const peakW = toValue(max, decimals) * perUnit;
    cover.peakW = Math.max(cover.peakW ?? peakW, peakW);
    if ((toValue(sum, decimals) * perUnit) / count > WORKING_W) cover.workingMs += toMs - fromMs;
  }
}

function isTotalPower({ kind, phase }: ChannelDescription): boolean {
  return kind === "active-power" && (phase === undefined || phase === "total");
}

function covers(sensors: readonly PermitSensor[] | null, sensor: PermitSensor): boolean {
  return sensors === null || sensors.includes(sensor);
}
