import type { Database } from "../store/database.ts";
import { loadAlert } from "./alert-book.ts";
import { followAlert } from "./alert-cases.ts";

/** Alerts looked at in one start: what is open in a county. */
const ADOPTED_MAX = 5_000;

/** Opens the cases of alerts that were open before there were cases; quietly, for they were told in their day. */
export async function adoptAlerts(tx: Database): Promise<void> {
  const rows = await tx
    .selectFrom("alert")
    .leftJoin("case_alert", "case_alert.alert", "alert.id")
    .select("alert.id")
    .where("alert.closed_ms", "is", null)
    .where("alert.superseded_by", "is", null)
    .where("case_alert.case_id", "is", null)
    .orderBy("alert.raised_ms")
    .limit(ADOPTED_MAX)
    .execute();
  for (const { id } of rows) {
    const alert = await loadAlert(tx, id);
    const news = { before: alert, proves: [], fromJournal: false, rebuilding: true };
    if (alert) await followAlert(tx, alert, news);
  }
}
