import { findAccount } from "../access/account-book.ts";
import type { Actor } from "../access/actor.ts";
import { isWithin } from "../access/actor.ts";
import { roleMay } from "../access/policy.ts";
import { newId } from "../access/secret-text.ts";
import type { VisitView } from "../api/visit-contract.ts";
import { cloudError } from "../errors.ts";
import { photosOf } from "../photos/photo-book.ts";
import type { Database } from "../store/database.ts";
import { templateAt } from "./template-book.ts";
import { VISIT_KINDS, VISIT_STATES, type VisitKind } from "./visit-record.ts";
import { templateSchema } from "./visit-template.ts";

/** Visits one answer about a case or site lists. */
const VISITS_LISTED_MAX = 100;
/** A reminder comes this long before a visit is due, and once more when it is overdue. */
const REMIND_BEFORE_MS = 24 * 3_600_000;

/** Who is sent where, and by when. */
export interface VisitOrder {
  readonly case: string | null;
  readonly site: string;
  readonly regionPath: string;
  readonly kind: VisitKind;
  readonly template: string;
  readonly persons: readonly string[];
  readonly dueMs: number;
  readonly draw: string | null;
  readonly note: string;
}

/** Sends people to a site. Throws TEMPLATE_UNKNOWN, PERSON_UNFIT or REQUEST_INVALID. */
export async function assignVisit(
  tx: Database,
  order: VisitOrder,
  { actor, nowMs }: { readonly actor: Pick<Actor, "id" | "name">; readonly nowMs: number },
): Promise<VisitView> {
  if (order.dueMs <= nowMs) throw cloudError("REQUEST_INVALID", { problems: "dueMs: write a time to come" });
  const template = await templateAt(tx, order.regionPath, order.template);
  const people = await fitPeople(tx, order.persons, order.regionPath);
  const id = newId("v");
  await tx
    .insertInto("visit")
    .values({
      ...{ id, case_id: order.case, site: order.site, region_path: order.regionPath, kind: order.kind },
      ...{ state: "assigned", template_json: JSON.stringify(template), due_ms: order.dueMs },
      ...{
        remind_ms: Math.max(nowMs + 1, order.dueMs - REMIND_BEFORE_MS),
        draw: order.draw,
        note: order.note,
      },
      ...{ assigned_by: actor.id, assigned_name: actor.name, assigned_ms: nowMs, version: 1 },
    })
    .execute();
  await tx
    .insertInto("visit_person")
    .values(people.map(({ id: account, name }) => ({ visit: id, account, name })))
    .execute();
  return readVisit(tx, id);
}

/** People who may record a visit in a region. Throws PERSON_UNFIT. */
export async function fitPeople(tx: Database, ids: readonly string[], regionPath: string) {
  const people: { id: string; name: string }[] = [];
  for (const id of new Set(ids)) {
    const account = await findAccount(tx, id);
    const isFit = account?.grants.some(
      (grant) => roleMay(grant.role, "visit.record") && isWithin(regionPath, grant.regionPath),
    );
    // One answer for who is not there, who works elsewhere and who is another thing: nobody learns whom other counties have.
    if (!account || account.disabledMs !== null || !isFit) {
      throw cloudError("PERSON_UNFIT", { person: id, why: "no user who records visits there" });
    }
    people.push({ id, name: account.displayName });
  }
  return people;
}

/** One visit with everything on it. Throws NOT_VISIBLE. */
export async function readVisit(db: Database, id: string): Promise<VisitView> {
  const [visit] = await readVisits(db, [id]);
  if (!visit) throw cloudError("NOT_VISIBLE");
  return visit;
}

/** The visits of a case, oldest first. */
export async function visitsOfCase(db: Database, caseId: string): Promise<VisitView[]> {
  const rows = await db
    .selectFrom("visit")
    .select("id")
    .where("case_id", "=", caseId)
    .orderBy("ord")
    .limit(VISITS_LISTED_MAX)
    .execute();
  return readVisits(
    db,
    rows.map(({ id }) => id),
  );
}

/** Visits in the order of their ids; what is not there is left out. */
export async function readVisits(db: Database, ids: readonly string[]): Promise<VisitView[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom("visit").selectAll().where("id", "in", ids).execute();
  const people = await db.selectFrom("visit_person").selectAll().where("visit", "in", ids).execute();
  const records = await db
    .selectFrom("visit_record")
    .select(["visit", "record_json"])
    .where("visit", "in", ids)
    .orderBy("id")
    .execute();
  const views: VisitView[] = [];
  for (const id of ids) {
    const row = rows.find((one) => one.id === id);
    if (!row) continue;
    views.push({
      ...{ id, case: row.case_id, site: row.site, regionPath: row.region_path, note: row.note },
      kind: VISIT_KINDS.find((kind) => kind === row.kind) ?? "check",
      state: VISIT_STATES.find((state) => state === row.state) ?? "assigned",
      template: templateSchema.parse(JSON.parse(row.template_json)),
      persons: people.filter(({ visit }) => visit === id).map(({ account, name }) => ({ id: account, name })),
      ...{ dueMs: row.due_ms, draw: row.draw, version: row.version },
      assigned: { atMs: row.assigned_ms, by: row.assigned_by, name: row.assigned_name },
      records: records.filter(({ visit }) => visit === id).map(({ record_json }) => JSON.parse(record_json)),
      photos: await photosOf(db, "visit", id),
    });
  }
  return views;
}

type VisitRecord = VisitView["records"][number];

/** Enters what was found, and how the visit stands after it. Throws CHANGED_MEANWHILE. */
export async function enterRecord(
  tx: Database,
  { id, version }: Pick<VisitView, "id" | "version">,
  record: VisitRecord,
): Promise<void> {
  await changeVisit(tx, { id, version }, { state: "recorded", remind_ms: null });
  await tx
    .insertInto("visit_record")
    .values({ visit: id, at_ms: record.atMs, record_json: JSON.stringify(record) })
    .execute();
}

/** Takes a visit back that nobody made. Throws CHANGED_MEANWHILE. */
export async function cancelVisit(tx: Database, visit: Pick<VisitView, "id" | "version">): Promise<void> {
  await changeVisit(tx, visit, { state: "cancelled", remind_ms: null });
}

async function changeVisit(
  tx: Database,
  { id, version }: Pick<VisitView, "id" | "version">,
  values: { readonly state: string; readonly remind_ms: null },
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("visit")
    .set({ ...values, version: version + 1 })
    .where("id", "=", id)
    .where("version", "=", version)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw cloudError("CHANGED_MEANWHILE");
}
