import type { LinkedAlert } from "../notify/ack-page-html.ts";
import type { Database } from "../store/database.ts";
import { loadAlert } from "./alert-book.ts";
import { caseSite } from "./alert-cases.ts";
import { findCase } from "./case-book.ts";

/** What a case is about, for the holder of a personal link; null where nothing is known of it. */
export async function linkedAlert(db: Database, id: string): Promise<LinkedAlert | null> {
  const facts = await findCase(db, id);
  const alert = facts && (await loadAlert(db, facts.alert));
  const site = facts && (await caseSite(db, facts.site));
  if (!alert || !site) return null;
  const [strongest] = alert.reasons;
  return {
    ...{ level: facts.level, provisional: facts.provisional, siteName: site.name },
    ...{ sinceMs: alert.eventMs, endedMs: alert.closedMs, utcOffsetMin: site.utcOffsetMin },
    // The sentence of what was taken back says so.
    reason: strongest && alert.withdrawnMs === null ? strongest.text : alert.sentence,
  };
}
