import { z } from "zod";
import { PERMIT_SENSORS } from "../detect/permit-sensor.ts";
import type { Database } from "../store/database.ts";
import { nextLink } from "../store/hash-chain.ts";
import { thresholdValuesSchema } from "./threshold-values.ts";

const timeMs = z.number();
const feeder = z.string().min(1).max(48);

/** What people and time contribute to a site's judgement. */
export const contextEntrySchema = z.discriminatedUnion("kind", [
  /** A named person looked at the plotted baseline, and at which instruments the site has, and accepted both, or only the latter. */
  z.strictObject({
    kind: z.literal("baseline-accepted"),
    effectiveMs: timeMs,
    by: z.string(),
    instrumentsOnly: z.literal(true).optional(),
  }),
  /** A named person had the baseline learned again, from `effectiveMs` on. */
  z.strictObject({
    kind: z.literal("baseline-reset"),
    effectiveMs: timeMs,
    by: z.string(),
    reason: z.string().optional(),
  }),
  /** Work that was approved from `effectiveMs` to `toMs`. */
  z.strictObject({
    kind: z.literal("permit"),
    effectiveMs: timeMs,
    toMs: timeMs,
    work: z.string(),
    by: z.string(),
    permit: z.string().optional(),
    sensors: z.array(z.enum(PERMIT_SENSORS)).optional(),
  }),
  /** It was ended at `effectiveMs`, before its time. */
  z.strictObject({
    kind: z.literal("permit-ended"),
    effectiveMs: timeMs,
    permit: z.string(),
    by: z.string(),
  }),
  /** What the rules ask for at this site from `effectiveMs` on, instead of what an earlier entry said. */
  z.strictObject({
    kind: z.literal("thresholds"),
    effectiveMs: timeMs,
    by: z.string(),
    values: thresholdValuesSchema,
  }),
  /** A feeder or water supply was cut by order; until an entry names it the configuration's `declaredCut` holds. */
  z.strictObject({
    kind: z.literal("feeder-cut"),
    effectiveMs: timeMs,
    by: z.string(),
    feeder,
    nominalV: z.number().positive().optional(),
  }),
  /** It was connected again with approval: nothing is held against it any more. */
  z.strictObject({ kind: z.literal("feeder-restored"), effectiveMs: timeMs, by: z.string(), feeder }),
  /** Silence tick: no record from this gateway since `effectiveMs`; null effective time is the site's beginning. */
  z.strictObject({ kind: z.literal("gateway-silent"), effectiveMs: timeMs, gateway: z.string() }),
  /** The silence ended: the gateway was heard again at `effectiveMs`. */
  z.strictObject({ kind: z.literal("gateway-heard"), effectiveMs: timeMs, gateway: z.string() }),
  /** A revoked gateway's place was taken at `effectiveMs`: from then on `by` says what this one would have. */
  z.strictObject({
    kind: z.literal("gateway-replaced"),
    effectiveMs: timeMs,
    gateway: z.string(),
    by: z.string(),
  }),
]);

export type SiteContextEntry = z.output<typeof contextEntrySchema>;

/** An entry and when the cloud learned it. */
export interface RecordedEntry {
  readonly entry: SiteContextEntry;
  readonly recordedMs: number;
}

/** Appends an entry to the chain. */
export async function appendContext(
  db: Database,
  site: string,
  entry: SiteContextEntry,
  recordedMs: number,
): Promise<void> {
  const last = await db
    .selectFrom("context")
    .select("hash")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  const json = JSON.stringify({ site, recordedMs, ...entry });
  await db
    .insertInto("context")
    .values({
      site,
      effective_ms: entry.effectiveMs,
      recorded_ms: recordedMs,
      entry_json: JSON.stringify(entry),
      ...nextLink(last?.hash, json),
    })
    .execute();
}

/** A site's entries, by effective time and then as appended. */
export async function loadContext(db: Database, site: string): Promise<RecordedEntry[]> {
  const rows = await db
    .selectFrom("context")
    .select(["entry_json", "recorded_ms"])
    .where("site", "=", site)
    .orderBy("effective_ms")
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    entry: contextEntrySchema.parse(JSON.parse(row.entry_json)),
    recordedMs: Number(row.recorded_ms),
  }));
}

/** The stretches in which gateways were silent; `toMs` null: still. */
export function silencesOf(entries: readonly RecordedEntry[]) {
  const silences: { gateway: string; fromMs: number; toMs: number | null }[] = [];
  for (const { entry } of entries) {
    if (entry.kind === "gateway-silent") {
      silences.push({ gateway: entry.gateway, fromMs: entry.effectiveMs, toMs: null });
    } else if (entry.kind === "gateway-heard" || entry.kind === "gateway-replaced") {
      const open = silences.find((silence) => silence.gateway === entry.gateway && silence.toMs === null);
      if (open) open.toMs = entry.effectiveMs;
    }
  }
  return silences;
}
