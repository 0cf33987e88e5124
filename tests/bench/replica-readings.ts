import { openSqlite } from "@sealwatch/platform";
import { decodeCose, decodeHeader, encodeSegment, segmentRecords } from "@sealwatch/protocols";
import type { Moment } from "./peer-payload.ts";

/** What a stopped cloud's replica holds of one gateway: its readings as samples, and the bytes they came in. */
export interface ReplicaReadings {
  readonly segments: number;
  readonly readings: number;
  readonly wireBytes: number;
  readonly moments: readonly Moment[];
  /** Order-0 entropy of the differences of each channel: what no coder that looks at one value before can beat. */
  readonly entropyBytes: number;
}

/** Reads the samples of the replica file. */
export async function replicaReadings(file: string, gateway: string): Promise<ReplicaReadings> {
  const { db, close } = await openSqlite(file);
  try {
    const rows = db.all("SELECT cose, body FROM segment WHERE gateway = ? ORDER BY ord", [gateway]);
    const moments: Moment[] = [];
    const series = new Map<number, number[]>();
    const clock = { offsetMs: 0 };
    let readings = 0;
    let wireBytes = 0;
    for (const row of rows) {
      const body = row["body"] as Uint8Array;
      const cose = decodeCose(row["cose"] as Uint8Array, "stored segment");
      wireBytes += encodeSegment({ cose, body }).length;
      readings += decodeHeader(cose[2]).counts.readings;
      for (const record of segmentRecords({ body })) {
        if (record.type === "clock") clock.offsetMs = record.utcMs - record.atMs;
        if (record.type !== "sample") continue;
        const values = record.channels.map((channel, index) => ({
          name: `channel-${channel}`,
          value: record.scaled[index] ?? null,
        }));
        moments.push({ utcMs: clock.offsetMs + record.atMs, values });
        record.channels.forEach((channel, index) => {
          const scaled = record.scaled[index];
          if (typeof scaled !== "number") return;
          const values = series.get(channel) ?? [];
          values.push(scaled);
          series.set(channel, values);
        });
      }
    }
    const entropyBytes = [...series.values()].reduce((sum, values) => sum + entropyOfDifferences(values), 0);
    return { segments: rows.length, readings, wireBytes, moments, entropyBytes };
  } finally {
    await close();
  }
}

/** Shannon entropy of a series' first differences, in bytes for the whole series. */
function entropyOfDifferences(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (let index = 1; index < values.length; index++) {
    const difference = (values[index] ?? 0) - (values[index - 1] ?? 0);
    counts.set(difference, (counts.get(difference) ?? 0) + 1);
  }
  const total = values.length - 1;
  const bits = [...counts.values()].reduce((sum, count) => sum - count * Math.log2(count / total), 0);
  return bits / 8;
}
