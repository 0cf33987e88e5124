import { type Logger, messageOf } from "@sealwatch/platform";
import { findCase, findCaseOfAlert } from "../cases/case-book.ts";
import type { CaseFacts } from "../cases/case-facts.ts";
import type { Database } from "../store/database.ts";
import type { EventStream } from "./event-stream.ts";

/** Tells the pages that a case is another now; what it is they read by their own right. */
export function announceCase(stream: Pick<EventStream, "publish">, facts: CaseFacts): void {
  const { id, site, version, regionPath } = facts;
  stream.publish("case", regionPath, { id, site, version });
}

/** The same for the case that an alert belongs to, after the commit that changed it. */
export function announceCaseOf(
  db: Database,
  stream: Pick<EventStream, "publish">,
  alert: string,
  log: Logger,
): Promise<void> {
  return announceFound(findCaseOfAlert(db, alert), stream, log);
}

/** The same for a case of which only the id is at hand. */
export function announceCaseById(
  db: Database,
  stream: Pick<EventStream, "publish">,
  id: string,
  log: Logger,
): Promise<void> {
  return announceFound(findCase(db, id), stream, log);
}

async function announceFound(
  found: Promise<CaseFacts | null>,
  stream: Pick<EventStream, "publish">,
  log: Logger,
): Promise<void> {
  try {
    const facts = await found;
    if (facts) announceCase(stream, facts);
  } catch (error) {
    log.warn({ why: messageOf(error) }, "pages were not told of a case");
  }
}
