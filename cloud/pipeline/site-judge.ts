import type { AlertView } from "../api/contract.ts";
import { judgedSinceMs, type RecordingFacts, recordEpisodes } from "../cases/alert-book.ts";
import { areaAlertOf, recordAreaSilence } from "../cases/area-silence-book.ts";
import type { SiteConfig } from "../config/cloud-config.ts";
import { type RecordedEntry, silencesOf } from "../context/context-log.ts";
import { type AreaSilence, areaSilences } from "../detect/area-silence.ts";
import { isLearned } from "../detect/baseline-view.ts";
import { judgeSite, type SiteVerdict } from "../detect/site-verdict.ts";
import type { Database } from "../store/database.ts";
import type { Draft, DraftDependencies } from "./draft.ts";
import type { GatewayJournal } from "./gateway-journal.ts";
import { loadFindings } from "./journal-store.ts";
import type { LiveSite } from "./live-site.ts";
import { mergeConfirmed } from "./notice-desk.ts";

/** Judges a site as a transaction sees it: its episodes, the silences it shares with its area, and notices that were confirmed. */
export async function judgeInDraft(
  { registry, clock }: Pick<DraftDependencies, "registry" | "clock">,
  draft: Draft,
  siteId: string,
): Promise<void> {
  const live = draft.sites.get(siteId);
  if (!live) return;
  const gateways = registry.gatewaysOf(siteId);
  const journals = gateways.flatMap(({ id }) => draft.journals.get(id) ?? []);
  const nowMs = clock.wallMs();
  const own = new Set(gateways.map(({ id }) => id));
  const areas = commonSilences(draft.sites.values(), live);
  const { verdict, changed } = await judgeAndRecord(draft.db, live.config, journals, live.context, {
    nowMs,
    fromJournal: draft.fromJournal,
    rebuilding: draft.rebuilding,
    toldBy: (episode) => areaAlertOf(areas, siteId, episode),
    foretold: draft.confirmed
      .filter(({ notice }) => own.has(notice.gateway))
      .map(({ notice, eventMs }) => ({ eventMs, raisedMs: notice.receivedMs, alert: notice.alert })),
  });
  draft.sites.set(siteId, { ...live, verdict });
  draft.judged.add(siteId);
  draft.alerts.push(...changed);
  const facts = { ...live.config, ...draft, nowMs };
  for (const area of areas) draft.alerts.push(...(await recordAreaSilence(draft.db, area, facts)));
  await mergeConfirmed(draft, own, verdict.episodes, nowMs);
}

/** Judges one site from everything found at it, and writes the alerts that follow. Idempotent. */
async function judgeAndRecord(
  db: Database,
  { id: site, utcOffsetMin }: Pick<SiteConfig, "id" | "utcOffsetMin">,
  journals: readonly GatewayJournal[],
  context: readonly RecordedEntry[],
  facts: RecordingFacts,
): Promise<{ verdict: SiteVerdict; changed: AlertView[] }> {
  const silences = silencesOf(context);
  const untilMs = newestMs(journals, silences, facts.nowMs);
  const sinceMs = await judgedSinceMs(db, site, untilMs);
  const verdict = judgeSite({
    site,
    findings: await loadFindings(db, site, sinceMs),
    silences,
    baseline: journals.every(({ folds }) => isLearned(folds.detection)) ? "accepted" : "learning",
    untilMs,
    utcOffsetMin,
  });
  const known = journals.some((journal) => journal.folds.view.recordedToMs !== null);
  const changed = await recordEpisodes(db, site, verdict.episodes, { ...facts, judgedSinceMs: sinceMs });
  // Nothing was ever recorded: that is not "learning", and least of all "sealed".
  return { verdict: known ? verdict : { ...verdict, verdict: "unknown" }, changed };
}

/** How far the site is known: the newest record, or now while a gateway's silence is itself the news. */
function newestMs(
  journals: readonly GatewayJournal[],
  silences: readonly { toMs: number | null }[],
  nowMs: number,
): number {
  const recorded = journals.map((journal) => journal.folds.view.recordedToMs ?? 0);
  const silent = silences.some((silence) => silence.toMs === null);
  return Math.max(0, ...recorded, silent ? nowMs : 0);
}

/** Silences that a site shares with others of its township; none where no township is known. */
function commonSilences(sites: Iterable<LiveSite>, { config: { id, township } }: LiveSite): AreaSilence[] {
  if (township === "") return [];
  const silences = [...sites]
    .filter(({ config }) => config.township === township)
    .flatMap(({ config, context }) =>
      silencesOf(context).map((silence) => ({ ...silence, site: config.id })),
    );
  if (!silences.some(({ site }) => site === id)) return [];
  return areaSilences(township, silences).filter((area) => area.silences.some(({ site }) => site === id));
}
