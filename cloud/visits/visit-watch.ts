import { caseSite } from "../cases/alert-cases.ts";
import { findCase } from "../cases/case-book.ts";
import { enqueueNotification } from "../notify/enqueue-notification.ts";
import type { Database } from "../store/database.ts";
import { readVisits } from "./visit-book.ts";
import { visitNotification } from "./visit-notification.ts";

/** Visits looked at in one transaction; the rest at the next look. */
const LOOKED_AT_MAX = 100;

/** Reminds those who were sent: once before a visit is due, once when it is overdue. Returns how many were reminded. */
export async function watchVisits(db: Database, nowMs: number): Promise<number> {
  const due = (tx: Database) =>
    tx.selectFrom("visit").select("id").where("remind_ms", "<=", nowMs).limit(LOOKED_AT_MAX).execute();
  if ((await due(db)).length === 0) return 0;
  return db.transaction().execute(async (tx) => {
    const visits = await readVisits(
      tx,
      (await due(tx)).map(({ id }) => id),
    );
    for (const visit of visits) {
      const isOverdue = nowMs >= visit.dueMs;
      await tx
        .updateTable("visit")
        .set({ remind_ms: isOverdue ? null : visit.dueMs })
        .where("id", "=", visit.id)
        .execute();
      const site = await caseSite(tx, visit.site);
      if (!site) continue;
      const level = visit.case === null ? "none" : ((await findCase(tx, visit.case))?.level ?? "none");
      const notification = visitNotification(isOverdue ? "overdue" : "due", visit, level, site, nowMs);
      await enqueueNotification(tx, notification, nowMs);
    }
    return visits.length;
  });
}
