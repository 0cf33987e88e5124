import { type Logger, messageOf } from "@sealwatch/platform";
import { findCaseOfAlert } from "../cases/case-book.ts";
import type { CaseFacts } from "../cases/case-facts.ts";
import type { Database } from "../store/database.ts";
import type { EventStream } from "./event-stream.ts";

/** Tells the pages that a case is another now; what it is they read by their own right. */
export function announceCase(stream: Pick<EventStream, "publish">, facts: CaseFacts): void {
  const { id, site, version, regionPath } = facts;
  stream.publish("case", regionPath, { id, site, version });
}

/** The same for the case that an alert belongs to, after the commit that changed it. */
export async function announceCaseOf(
  db: Database,
  stream: Pick<EventStream, "publish">,
  alert: string,
  log: Logger,
): Promise<void> {
  try {
    const facts = await findCaseOfAlert(db, alert);
    if (facts) announceCase(stream, facts);
  } catch (error) {
    log.warn({ alert, why: messageOf(error) }, "pages were not told of a case");
  }
}
