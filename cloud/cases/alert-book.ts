import { withinRegions } from "../access/region-filter.ts";
import { type AlertView, alertSchema } from "../api/contract.ts";
import type { Episode } from "../detect/site-verdict.ts";
import type { Database } from "../store/database.ts";
import { nextLink } from "../store/hash-chain.ts";
import type { AlertOrigin } from "../store/schema.ts";
import { type AlertNews, followAlert } from "./alert-cases.ts";
import { toReasonView } from "./reason-view.ts";
import { isSameMatter, revisedHistory, withdrawnAlert } from "./revised-alert.ts";

/** The most alerts one answer lists. */
const ALERTS_LISTED_MAX = 200;
/** Twice as long as a gateway may be offline and still bring its journal. */
export const SETTLED_AFTER_MS = 60 * 86_400_000;
const EPISODES_LOOKED_AT_MAX = 5_000;
/** What a back-fill brings later than this after it happened is told as late. */
export const LATE_AFTER_MS = 3_600_000;

/** What the recorder knows beside the episodes. */
export interface RecordingFacts {
  readonly nowMs: number;
  /** True when the records came from a gateway, false when time or a person made the difference. */
  readonly fromJournal: boolean;
  /** Events that a notice told before the journal did. */
  readonly foretold: readonly {
    readonly eventMs: number;
    readonly raisedMs: number;
    /** The provisional alert that the notice opened. */
    readonly alert: string;
  }[];
  /** True while the past is folded again at a start: nobody is told. */
  readonly rebuilding?: boolean;
  /** The episodes are all there are from here on: alerts of other ones hold no more. */
  readonly judgedSinceMs?: number;
  /** The alert of the area that tells an episode's silence together with those of other sites, or null. */
  readonly toldBy?: (episode: Episode) => string | null;
}

/** Brings the stored alerts of a site up to date with its judged episodes; returns those that changed. Idempotent. */
export async function recordEpisodes(
  db: Database,
  site: string,
  episodes: readonly Episode[],
  facts: RecordingFacts,
): Promise<AlertView[]> {
  const changed: AlertView[] = [];
  const vanished = await vanishedAlerts(db, site, episodes, facts);
  for (const episode of episodes) {
    const before = await loadAlert(db, episode.id);
    const after = toAlert(site, episode, before, facts);
    if (before && sameExceptTime(before, after)) continue;
    await storeAlert(db, after, "episode", {
      before,
      proves: [
        ...(after.class === "restart" ? foretoldIn(episode, facts).map(({ alert }) => alert) : []),
        ...vanished.filter((alert) => isSameMatter(alert, episode)).map(({ id }) => id),
      ],
      fromJournal: facts.fromJournal,
      rebuilding: facts.rebuilding ?? false,
    });
    changed.push(after);
  }
  for (const before of vanished) {
    const heir = episodes.find((episode) => isSameMatter(before, episode));
    const after = withdrawnAlert(before, heir?.id ?? null, facts.nowMs);
    await storeAlert(db, after, "episode", {
      before,
      proves: [],
      fromJournal: facts.fromJournal,
      rebuilding: facts.rebuilding ?? false,
    });
    changed.push(after);
  }
  return changed;
}

/** Alerts of the judged time whose episode is no longer found, because something came late or the rules changed. */
async function vanishedAlerts(
  db: Database,
  site: string,
  episodes: readonly Episode[],
  { judgedSinceMs: sinceMs }: RecordingFacts,
): Promise<AlertView[]> {
  if (sinceMs === undefined) return [];
  const rows = await db
    .selectFrom("alert")
    .select("alert_json")
    .where("site", "=", site)
    .where("origin", "=", "episode")
    .where("event_ms", ">=", sinceMs)
    .limit(EPISODES_LOOKED_AT_MAX)
    .execute();
  const held = new Set(episodes.map(({ id }) => id));
  return rows
    .map((row) => parseAlert(row.alert_json))
    .filter(({ id, withdrawnMs }) => withdrawnMs === null && !held.has(id));
}

/**
 * From when on a site's findings are judged again at `untilMs`: a horizon back, and further to where the oldest episode begins that
 * reaches into it. What ended before is settled; a judgement then costs the same after ten years as after one.
 */
export async function judgedSinceMs(db: Database, site: string, untilMs: number): Promise<number> {
  const episodes = await db
    .selectFrom("alert")
    .select(["event_ms", "closed_ms"])
    .where("site", "=", site)
    .where("origin", "=", "episode")
    .orderBy("event_ms", "desc")
    .limit(EPISODES_LOOKED_AT_MAX)
    .execute();
  let sinceMs = untilMs - SETTLED_AFTER_MS;
  for (const { event_ms, closed_ms } of episodes) {
    if (closed_ms === null || closed_ms >= sinceMs) sinceMs = Math.min(sinceMs, event_ms);
  }
  return sinceMs;
}

/** The newest alerts, of one site or of parts of the region tree; those that another alert tells better are left out. */
export async function listAlerts(
  db: Database,
  { site, regions }: { site?: string; regions?: readonly string[] },
): Promise<AlertView[]> {
  let query = db
    .selectFrom("alert")
    .select("alert_json")
    .orderBy("raised_ms", "desc")
    .limit(ALERTS_LISTED_MAX);
  if (site === undefined) query = query.where("superseded_by", "is", null);
  else {
    // What the area tells of several sites, each of them still tells of itself.
    query = query
      .where("site", "=", site)
      .where(({ eb, or }) => or([eb("superseded_by", "is", null), eb("superseded_by", "like", "area:%")]));
  }
  if (regions) {
    query = query.where("site", "in", (sites) =>
      sites.selectFrom("site").select("id").where(withinRegions("region_path", regions)),
    );
  }
  return (await query.execute()).map((row) => parseAlert(row.alert_json));
}

/** One alert as last stored, or null. */
export async function loadAlert(db: Database, id: string): Promise<AlertView | null> {
  const row = await db.selectFrom("alert").select("alert_json").where("id", "=", id).executeTakeFirst();
  return row ? parseAlert(row.alert_json) : null;
}

/** What older versions stored lacks the newer fields; the contract knows what they stand for. */
function parseAlert(json: string): AlertView {
  return alertSchema.parse(JSON.parse(json));
}

/** The alert of an episode; what the cloud already recorded about times stays as it was. */
export function toAlert(
  site: string,
  episode: Episode,
  before: AlertView | null,
  facts: RecordingFacts,
): AlertView {
  const { nowMs, fromJournal } = facts;
  const early = foretoldIn(episode, facts).map(({ raisedMs }) => raisedMs);
  const raisedMs = before?.raisedMs ?? Math.min(nowMs, ...early);
  return {
    id: episode.id,
    site,
    class: episode.class,
    level: episode.level,
    currentLevel: episode.currentLevel,
    rule: episode.rule,
    ruleVersion: episode.ruleVersion,
    eventMs: episode.openedAtMs,
    raisedMs,
    updatedMs: nowMs,
    closedMs: episode.closedAtMs,
    provisional: false,
    withdrawnMs: null,
    supersededBy: facts.toldBy?.(episode) ?? null,
    late: before?.late ?? (fromJournal && raisedMs - episode.openedAtMs > LATE_AFTER_MS),
    sentence: episode.sentence,
    reasons: episode.reasons.map(toReasonView),
    history: revisedHistory(before?.history ?? [], episode.history, nowMs),
  };
}

function foretoldIn(episode: Episode, { foretold }: RecordingFacts): RecordingFacts["foretold"] {
  return foretold.filter(({ eventMs }) => covers(episode, eventMs));
}

/** True when something at `utcMs` belongs to the episode. */
export function covers({ openedAtMs, closedAtMs }: Episode, utcMs: number): boolean {
  return openedAtMs <= utcMs && (closedAtMs === null || utcMs <= closedAtMs);
}

/** True when two states of an alert tell the same. */
export function sameExceptTime(before: AlertView, after: AlertView): boolean {
  // Both by way of the schema, so that the order of fields says nothing.
  const textOf = (alert: AlertView): string => JSON.stringify(alertSchema.parse({ ...alert, updatedMs: 0 }));
  return textOf(before) === textOf(after);
}

/** Writes an alert's newest state, appends it to the chain, and opens its case or brings it up to date. */
export async function storeAlert(
  db: Database,
  alert: AlertView,
  origin: AlertOrigin,
  news: AlertNews,
): Promise<void> {
  const json = JSON.stringify(alert);
  const columns = {
    site: alert.site,
    event_ms: alert.eventMs,
    raised_ms: alert.raisedMs,
    updated_ms: alert.updatedMs,
    closed_ms: alert.closedMs,
    superseded_by: alert.supersededBy,
    alert_json: json,
  };
  await db
    .insertInto("alert")
    .values({ id: alert.id, origin, ...columns })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(columns))
    .execute();
  const last = await db
    .selectFrom("alert_entry")
    .select("hash")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  await db
    .insertInto("alert_entry")
    .values({
      alert: alert.id,
      recorded_ms: alert.updatedMs,
      alert_json: json,
      ...nextLink(last?.hash, json),
    })
    .execute();
  await followAlert(db, alert, news);
}
