import { recordContradiction } from "../cases/contradiction-alert.ts";
import type { RegisteredGateway } from "../registry/site-registry.ts";
import { appendSegment, type ReceivedSegment } from "./append-segment.ts";
import { noticeNews } from "./awaited-events.ts";
import type { Draft, DraftDependencies } from "./draft.ts";
import { foldJournalSegment, type GatewayJournal } from "./gateway-journal.ts";
import { insertFindings, insertSummary } from "./journal-store.ts";
import { foldContext, type LiveSite, siteContext } from "./live-site.ts";
import { takeNoticeNews } from "./notice-desk.ts";
import { refoldInDraft } from "./refold.ts";

/** A verified segment, and who sent it. */
export interface Arrival extends ReceivedSegment {
  readonly gateway: RegisteredGateway;
}

/** Puts one segment in its place and folds it; its site is judged once the whole batch is in. */
export async function takeArrival(
  deps: DraftDependencies,
  draft: Draft,
  { gateway, ...received }: Arrival,
): Promise<void> {
  const { registry, clock, refusals } = deps;
  const journal = draft.journals.get(gateway.id);
  const live = draft.sites.get(gateway.site.id);
  if (!journal || !live) return;
  // Revoked while it waited.
  if (registry.gateway(gateway.id)?.revokedMs !== null) return;
  const nowMs = clock.wallMs();
  const appended = await appendSegment(draft.db, journal, received, nowMs);
  const { admission, heads, ord } = appended;
  draft.touched.add(gateway.id);
  if (admission.kind === "rewind") draft.rewound.add(gateway.id);
  if (admission.kind === "contradiction") {
    refusals.refuse("contradiction", gateway.id, { why: admission.reason });
    if (appended.quarantined > 0) await tellContradiction(draft, gateway, received, nowMs);
  }
  if (admission.kind !== "append") return;
  await foldArrival(deps, draft, gateway, { ...journal, heads, segmentOrd: ord }, received, live);
}

async function foldArrival(
  deps: DraftDependencies,
  draft: Draft,
  gateway: RegisteredGateway,
  journal: GatewayJournal,
  { segment }: ReceivedSegment,
  live: LiveSite,
): Promise<void> {
  const folded = foldJournalSegment(journal.folds, segment, foldContext(live), siteContext(gateway.site));
  if (folded.unreadable) deps.refusals.refuse("unreadable-body", gateway.id, { code: folded.unreadable });
  await insertFindings(draft.db, gateway.site.id, folded.findings);
  if (folded.summary) await insertSummary(draft.db, gateway.id, journal.segmentOrd, folded.summary);
  const next = { ...journal, folds: folded.folds };
  draft.journals.set(gateway.id, next);
  if (folded.datesEarlier) await refoldInDraft(deps, draft, next);
  const awaited = draft.awaited.filter((notice) => notice.gateway === gateway.id);
  const news = noticeNews(awaited, segment.header, folded.dated, [...journal.heads.keys()]);
  await takeNoticeNews(draft, news, deps.clock.wallMs());
  draft.judged.add(gateway.site.id);
}

async function tellContradiction(
  draft: Draft,
  { id, site }: RegisteredGateway,
  { segment }: ReceivedSegment,
  nowMs: number,
): Promise<void> {
  const count = (draft.contradictions.get(id) ?? 0) + 1;
  const place = `${segment.header.epoch}/${segment.header.seq}`;
  draft.contradictions.set(id, count);
  draft.alerts.push(await recordContradiction(draft.db, { gateway: id, site: site.id, count, place }, nowMs));
}
