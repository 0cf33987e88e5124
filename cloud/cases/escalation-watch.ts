import { SYSTEM } from "../audit/audit-log.ts";
import { enqueueNotification } from "../notify/enqueue-notification.ts";
import type { Database } from "../store/database.ts";
import { loadAlert } from "./alert-book.ts";
import { caseSite } from "./alert-cases.ts";
import { actOnCase, parseFacts, saveCase } from "./case-book.ts";
import { dueEscalations } from "./case-deadlines.ts";
import type { CaseFacts } from "./case-facts.ts";
import { escalationNotification } from "./case-notification.ts";
import { deadlinesAt } from "./deadline-book.ts";

/** Cases looked at in one transaction; the rest at the next look. */
const LOOKED_AT_MAX = 100;

/** Tells of missed deadlines, once each, and notes which cases have reached somebody. Returns the cases that changed. */
export async function watchCases(db: Database, nowMs: number): Promise<CaseFacts[]> {
  const [told, due] = [await reached(db), await overdue(db, nowMs)];
  if (told.length === 0 && due.length === 0) return [];
  return db.transaction().execute(async (tx) => {
    const changed: CaseFacts[] = [];
    for (const id of told) changed.push(...(await noteReached(tx, id, nowMs)));
    for (const id of due) changed.push(...(await escalate(tx, id, nowMs)));
    return changed;
  });
}

/** New cases of which a message was delivered. */
async function reached(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom("case")
    .select("id")
    .where("state", "=", "new")
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("notification")
          .innerJoin("delivery", "delivery.notification", "notification.id")
          .select("delivery.id")
          .whereRef("notification.case_id", "=", "case.id")
          .whereRef("notification.created_ms", ">=", "case.since_ms")
          .where("delivery.state", "=", "delivered"),
      ),
    )
    .limit(LOOKED_AT_MAX)
    .execute();
  return rows.map(({ id }) => id);
}

async function overdue(db: Database, nowMs: number): Promise<string[]> {
  const rows = await db
    .selectFrom("case")
    .select("id")
    .where("escalate_ms", "<=", nowMs)
    .orderBy("escalate_ms")
    .limit(LOOKED_AT_MAX)
    .execute();
  return rows.map(({ id }) => id);
}

async function noteReached(tx: Database, id: string, nowMs: number): Promise<CaseFacts[]> {
  const facts = await stored(tx, id);
  if (facts?.state !== "new") return [];
  return [await actOnCase(tx, facts, { act: "notified" }, { actor: SYSTEM, nowMs })];
}

async function escalate(tx: Database, id: string, nowMs: number): Promise<CaseFacts[]> {
  const before = await stored(tx, id);
  if (!before) return [];
  let facts = before;
  const due = dueEscalations(facts, await deadlinesAt(tx, facts.regionPath), nowMs);
  const site = await caseSite(tx, facts.site);
  const alert = await loadAlert(tx, facts.alert);
  for (const escalation of due) {
    const act = { act: "escalated", key: escalation.key, to: escalation.regionPath } as const;
    facts = await actOnCase(tx, facts, act, { actor: SYSTEM, nowMs });
    if (!site || !alert) continue;
    const notification = escalationNotification(facts, escalation, alert.sentence, site, nowMs);
    await enqueueNotification(tx, notification, nowMs);
  }
  // Its deadlines were changed meanwhile.
  if (due.length === 0) await saveCase(tx, facts);
  return due.length === 0 ? [] : [facts];
}

async function stored(tx: Database, id: string): Promise<CaseFacts | null> {
  const row = await tx.selectFrom("case").select("facts_json").where("id", "=", id).executeTakeFirst();
  return row ? parseFacts(row.facts_json) : null;
}
