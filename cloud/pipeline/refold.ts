import type { ContextEntry } from "../detect/context-entry.ts";
import type { SiteContext } from "../detect/site-context.ts";
import { readSegments } from "../replica/segment-reader.ts";
import type { Database } from "../store/database.ts";
import { EMPTY_FOLDS, foldJournalSegment, type GatewayJournal } from "./gateway-journal.ts";
import { deleteDerived, insertFindings, insertSummary, saveFolds } from "./journal-store.ts";

/** Folds a gateway's whole journal again, because something earlier than its end became known. Tells nobody. */
export async function refoldGateway(
  db: Database,
  journal: GatewayJournal,
  context: readonly ContextEntry[],
  site: SiteContext,
): Promise<GatewayJournal> {
  await deleteDerived(db, journal.gateway);
  let folds = EMPTY_FOLDS;
  for await (const { ord, segment } of readSegments(db, journal.gateway)) {
    const folded = foldJournalSegment(folds, segment, context, site);
    folds = folded.folds;
    await insertFindings(db, site.site, folded.findings);
    if (folded.summary) await insertSummary(db, journal.gateway, ord, folded.summary);
  }
  const refolded = { ...journal, folds };
  await saveFolds(db, refolded);
  return refolded;
}
