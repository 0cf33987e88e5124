import { type ChannelDescription, segmentRecords, toValue } from "@sealwatch/protocols";
import { readSegments } from "../../replica/segment-reader.ts";
import type { SegmentSummary } from "../../replica/segment-summary.ts";
import type { Database } from "../../store/database.ts";
import type { Stretch } from "./buckets.ts";
import type { ContactStep } from "./contact-steps.ts";

/** Ranges longer than this are drawn from segment summaries, shorter ones from every reading. */
const FULL_DETAIL_MAX_MS = 26 * 3_600_000;
/** Segments one chart may read: a year of five-minute segments. */
const SEGMENTS_MAX = 110_000;

/** What a chart needs of one gateway in a range of time. */
export interface ChartSource {
  readonly stretches: ReadonlyMap<number, readonly Stretch[]>;
  readonly contacts: ReadonlyMap<number, readonly ContactStep[]>;
  readonly gaps: readonly { fromMs: number; toMs: number }[];
}

interface SummaryRow {
  readonly ord: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly summary: SegmentSummary;
}

/** Reads what was recorded in [fromMs, toMs). */
export async function readChartSource(
  db: Database,
  gateway: string,
  channels: readonly ChannelDescription[],
  range: { fromMs: number; toMs: number },
): Promise<ChartSource> {
  const rows = await readSummaries(db, gateway, range);
  const source = { stretches: new Map<number, Stretch[]>(), contacts: new Map<number, ContactStep[]>() };
  for (const row of rows) addContacts(source.contacts, row);
  if (range.toMs - range.fromMs > FULL_DETAIL_MAX_MS) {
    for (const row of rows) addSummaries(source.stretches, row, channels);
  } else {
    await addReadings(source.stretches, db, gateway, rows, channels);
  }
  return { ...source, gaps: findGaps(rows) };
}

async function readSummaries(
  db: Database,
  gateway: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<SummaryRow[]> {
  const rows = await db
    .selectFrom("segment_summary")
    .select(["segment_ord", "from_ms", "to_ms", "summary_json"])
    .where("gateway", "=", gateway)
    .where("from_ms", "<", toMs)
    .where("to_ms", ">=", fromMs)
    .orderBy("from_ms")
    .limit(SEGMENTS_MAX)
    .execute();
  return rows.map((row) => ({
    ord: row.segment_ord,
    fromMs: row.from_ms,
    toMs: row.to_ms,
    summary: JSON.parse(row.summary_json) as SegmentSummary,
  }));
}

function addSummaries(
  stretches: Map<number, Stretch[]>,
  { fromMs, summary }: SummaryRow,
  channels: readonly ChannelDescription[],
): void {
  for (const { id, decimals } of channels) {
    const values = summary.values[id];
    if (!values) continue;
    const [count, min, max, sum] = values;
    push(stretches, id, {
      fromMs,
      min: toValue(min, decimals),
      max: toValue(max, decimals),
      sum: toValue(sum, decimals),
      count,
    });
  }
}

async function addReadings(
  stretches: Map<number, Stretch[]>,
  db: Database,
  gateway: string,
  rows: readonly SummaryRow[],
  channels: readonly ChannelDescription[],
): Promise<void> {
  const byOrd = new Map(rows.map((row) => [row.ord, row]));
  const ords = [...byOrd.keys()];
  const first = ords.reduce((low, ord) => Math.min(low, ord), Number.MAX_SAFE_INTEGER);
  const last = ords.reduce((high, ord) => Math.max(high, ord), 0);
  const decimals = new Map(channels.map((channel) => [channel.id, channel.decimals]));
  for await (const { ord, segment } of readSegments(db, gateway, first - 1, last)) {
    const row = byOrd.get(ord);
    if (!row) continue;
    for (const record of segmentRecords(segment)) {
      if (record.type !== "sample") continue;
      const fromMs = row.summary.zeroMs + record.atMs;
      record.channels.forEach((channel, index) => {
        const scale = decimals.get(channel);
        const scaled = record.scaled[index] ?? null;
        if (scale === undefined || scaled === null) return;
        const value = toValue(scaled, scale);
        push(stretches, channel, { fromMs, min: value, max: value, sum: value, count: 1 });
      });
    }
  }
}

function addContacts(contacts: Map<number, ContactStep[]>, { summary }: SummaryRow): void {
  for (const [channel, steps] of Object.entries(summary.contacts)) {
    for (const [atMs, value] of steps) push(contacts, Number(channel), { atMs, value });
  }
}

/** Holes between one stretch of recording and the next, and those of which the journal tells itself. Joined where they touch. */
export function findGaps(rows: readonly Pick<SummaryRow, "fromMs" | "toMs" | "summary">[]) {
  const gaps: { fromMs: number; toMs: number }[] = [];
  let recordedToMs: number | null = null;
  for (const { fromMs, toMs, summary } of rows) {
    if (recordedToMs !== null && fromMs - recordedToMs > summary.holeMs) {
      gaps.push({ fromMs: recordedToMs, toMs: fromMs });
    }
    recordedToMs = Math.max(recordedToMs ?? toMs, toMs);
    for (const [from, to] of summary.gaps) gaps.push({ fromMs: from, toMs: to });
  }
  return joined(gaps);
}

function joined(gaps: readonly { fromMs: number; toMs: number }[]): { fromMs: number; toMs: number }[] {
  const list: { fromMs: number; toMs: number }[] = [];
  for (const gap of [...gaps].sort((left, right) => left.fromMs - right.fromMs)) {
    const last = list.at(-1);
    if (last && gap.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, gap.toMs);
    else list.push({ ...gap });
  }
  return list;
}

function push<Value>(lists: Map<number, Value[]>, key: number, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
