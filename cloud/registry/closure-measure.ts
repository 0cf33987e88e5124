import type { Selectable } from "kysely";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import type { Tables } from "../store/schema.ts";
import { dayEndMs } from "./local-date.ts";

/** What a closure order can demand (四个彻底, and the emptying of products). */
export const MEASURES = {
  "cut-power": { zh: "断电", en: "power cut" },
  "cut-water": { zh: "断水", en: "water cut" },
  dismantle: { zh: "拆除设备", en: "equipment dismantled" },
  "clear-building": { zh: "清理厂房", en: "building cleared" },
  "clear-materials": { zh: "清理原料产品", en: "materials and products cleared" },
} as const;
export type MeasureKind = keyof typeof MEASURES;
export const MEASURE_KINDS = Object.keys(MEASURES) as [MeasureKind, ...MeasureKind[]];

/** Who did something, and when. */
export interface Signed {
  readonly by: string;
  readonly name: string;
  readonly atMs: number;
}

/** What somebody enters of a measure. Dates are local, `YYYY-MM-DD`. */
export interface MeasureFacts {
  readonly required: boolean;
  readonly orderNumber: string | null;
  readonly dueDate: string | null;
  /** Null: not done. */
  readonly doneDate: string | null;
  /** Feeders and supplies that were cut, as the gateways' devices name them. */
  readonly feeders: readonly string[];
  readonly evidence: string;
  /** SHA-256 of photos, hex. */
  readonly photos: readonly string[];
}

/** One measure at one site; version 0: nothing was entered of it. */
export interface ClosureMeasure extends MeasureFacts {
  readonly kind: MeasureKind;
  readonly dueMs: number | null;
  readonly recorded: Signed | null;
  readonly verified: Signed | null;
  readonly version: number;
}

/** True when a measure is demanded, due and not done. Pure. */
export function isOverdue(
  { required, doneDate, dueMs }: Pick<ClosureMeasure, "required" | "doneDate" | "dueMs">,
  nowMs: number,
): boolean {
  return required && doneDate === null && dueMs !== null && dueMs <= nowMs;
}

/** The five measures of a site, in the order of the notices. */
export async function loadMeasures(db: Database, site: string): Promise<ClosureMeasure[]> {
  const rows = await db.selectFrom("closure_measure").selectAll().where("site", "=", site).execute();
  return MEASURE_KINDS.map((kind) => {
    const row = rows.find((each) => each.kind === kind);
    return row ? toMeasure(row) : unentered(kind);
  });
}

/** One measure of a site. */
export async function findMeasure(db: Database, site: string, kind: MeasureKind): Promise<ClosureMeasure> {
  const row = await db
    .selectFrom("closure_measure")
    .selectAll()
    .where("site", "=", site)
    .where("kind", "=", kind)
    .executeTakeFirst();
  return row ? toMeasure(row) : unentered(kind);
}

/**
 * What a measure is after somebody entered something of it: whoever says that it is done, or how, has recorded it, and what was verified
 * before was something else. Pure.
 */
export function enterMeasure(
  before: ClosureMeasure,
  change: Partial<MeasureFacts>,
  by: Signed,
  utcOffsetMin: number,
): ClosureMeasure {
  const after = { ...before, ...change };
  const said = ({ doneDate, feeders, evidence, photos }: MeasureFacts): string =>
    JSON.stringify([doneDate, feeders, evidence, photos]);
  const isSame = said(before) === said(after);
  return {
    ...after,
    dueMs: after.dueDate === null ? null : dayEndMs(after.dueDate, utcOffsetMin),
    recorded: isSame ? before.recorded : by,
    verified: isSame ? before.verified : null,
    version: before.version + 1,
  };
}

/** A measure that another person than its recorder looked at. Throws MEASURE_NOT_DONE or MEASURE_OWN. Pure. */
export function verifyMeasure(before: ClosureMeasure, by: Signed): ClosureMeasure {
  if (before.doneDate === null) throw cloudError("MEASURE_NOT_DONE", { measure: before.kind });
  if (before.recorded?.by === by.by) throw cloudError("MEASURE_OWN", { measure: before.kind });
  return { ...before, verified: by, version: before.version + 1 };
}

/** What an edit says of supplies: newly cut since the end of the day on which it was done, or connected again. Pure. */
export function changedCuts(
  before: ClosureMeasure,
  after: ClosureMeasure,
): { cut: string[]; restored: string[] } {
  const [was, is] = [cutsOf(before), cutsOf(after)];
  return {
    cut: is.filter((feeder) => !was.includes(feeder)),
    restored: was.filter((feeder) => !is.includes(feeder)),
  };
}

function cutsOf({ kind, doneDate, feeders }: ClosureMeasure): readonly string[] {
  return doneDate !== null && (kind === "cut-power" || kind === "cut-water") ? feeders : [];
}

/** Writes a measure over the version it came from. Throws CHANGED_MEANWHILE. */
export async function saveMeasure(tx: Database, site: string, measure: ClosureMeasure): Promise<void> {
  const row = toRow(site, measure);
  if (measure.version === 1) {
    await tx.insertInto("closure_measure").values(row).execute();
    return;
  }
  const { numUpdatedRows } = await tx
    .updateTable("closure_measure")
    .set(row)
    .where("site", "=", site)
    .where("kind", "=", measure.kind)
    .where("version", "=", measure.version - 1)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw cloudError("CHANGED_MEANWHILE");
}

/** Due dates are days of the site's calendar: they end at another time once it has another offset. */
export async function moveDueDates(tx: Database, site: string, utcOffsetMin: number): Promise<void> {
  for (const { kind, dueDate } of await loadMeasures(tx, site)) {
    if (dueDate === null) continue;
    await tx
      .updateTable("closure_measure")
      .set({ due_ms: dayEndMs(dueDate, utcOffsetMin) })
      .where("site", "=", site)
      .where("kind", "=", kind)
      .execute();
  }
}

/** A measure of which nothing was said yet. */
export function unentered(kind: MeasureKind): ClosureMeasure {
  return {
    kind,
    required: true,
    orderNumber: null,
    dueDate: null,
    dueMs: null,
    doneDate: null,
    feeders: [],
    evidence: "",
    photos: [],
    recorded: null,
    verified: null,
    version: 0,
  };
}

function toMeasure(row: Selectable<Tables["closure_measure"]>): ClosureMeasure {
  return {
    kind: row.kind as MeasureKind,
    required: row.required === 1,
    orderNumber: row.order_number,
    dueDate: row.due_date,
    dueMs: row.due_ms,
    doneDate: row.done_date,
    feeders: JSON.parse(row.feeders_json) as string[],
    evidence: row.evidence,
    photos: JSON.parse(row.photos_json) as string[],
    recorded: signed(row.recorded_by, row.recorded_name, row.recorded_ms),
    verified: signed(row.verified_by, row.verified_name, row.verified_ms),
    version: row.version,
  };
}

function signed(by: string | null, name: string | null, atMs: number | null): Signed | null {
  return by === null || atMs === null ? null : { by, name: name ?? by, atMs };
}

function toRow(site: string, measure: ClosureMeasure) {
  const { kind, recorded, verified, version } = measure;
  return {
    ...{ site, kind, version },
    required: measure.required ? 1 : 0,
    order_number: measure.orderNumber,
    due_date: measure.dueDate,
    due_ms: measure.dueMs,
    done_date: measure.doneDate,
    feeders_json: JSON.stringify(measure.feeders),
    evidence: measure.evidence,
    photos_json: JSON.stringify(measure.photos),
    recorded_by: recorded?.by ?? null,
    recorded_name: recorded?.name ?? null,
    recorded_ms: recorded?.atMs ?? null,
    verified_by: verified?.by ?? null,
    verified_name: verified?.name ?? null,
    verified_ms: verified?.atMs ?? null,
  };
}
