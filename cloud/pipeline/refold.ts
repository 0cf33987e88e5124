import type { ContextEntry } from "../detect/context-entry.ts";
import type { SiteContext } from "../detect/site-context.ts";
import { readSegments } from "../replica/segment-reader.ts";
import type { Database } from "../store/database.ts";
import type { Draft, DraftDependencies } from "./draft.ts";
import {
  EMPTY_FOLDS,
  foldJournalSegment,
  type GatewayFolds,
  type GatewayJournal,
} from "./gateway-journal.ts";
import type { JournalDating } from "./journal-dating.ts";
import { deleteDerived, insertFindings, insertSummary, saveFolds } from "./journal-store.ts";
import { foldContext, siteContext } from "./live-site.ts";

/** Folds a gateway's whole journal again, because something earlier than its end became known. Tells nobody. */
export async function refoldInDraft(
  { registry, log }: Pick<DraftDependencies, "registry" | "log">,
  draft: Draft,
  journal: GatewayJournal,
): Promise<void> {
  const live = draft.sites.get(registry.gateway(journal.gateway)?.site.id ?? "");
  if (!live) return;
  log.info({ gateway: journal.gateway }, "folding the whole journal again");
  const refolded = await refoldGateway(draft.db, journal, foldContext(live), siteContext(live.config));
  draft.journals.set(journal.gateway, refolded);
}

async function refoldGateway(
  db: Database,
  journal: GatewayJournal,
  context: readonly ContextEntry[],
  site: SiteContext,
): Promise<GatewayJournal> {
  const known = await foldAll(db, journal, context, site, journal.folds.dating.later);
  // What was learnt on the way dates what came before it.
  const { later } = known.folds.dating;
  const again = Object.keys(later).some((epoch) => !(epoch in journal.folds.dating.later));
  return again ? foldAll(db, journal, context, site, later) : known;
}

async function foldAll(
  db: Database,
  journal: GatewayJournal,
  context: readonly ContextEntry[],
  site: SiteContext,
  later: JournalDating["later"],
): Promise<GatewayJournal> {
  await deleteDerived(db, journal.gateway);
  let folds: GatewayFolds = { ...EMPTY_FOLDS, dating: { ...EMPTY_FOLDS.dating, later } };
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
