import type { AlertView } from "../api/contract.ts";
import type { Episode } from "../detect/site-verdict.ts";
import type { Database } from "../store/database.ts";
import { nextLink } from "../store/hash-chain.ts";
import { toReasonView } from "./reason-view.ts";

/** The most alerts one answer lists. */
const ALERTS_LISTED_MAX = 200;
/** Twice as long as a gateway may be offline and still bring its journal. */
const SETTLED_AFTER_MS = 60 * 86_400_000;
const EPISODES_LOOKED_AT_MAX = 5_000;

/** Brings the stored alerts of a site up to date with its judged episodes; returns those that changed. Idempotent. */
export async function recordEpisodes(
  db: Database,
  site: string,
  episodes: readonly Episode[],
  nowMs: number,
): Promise<AlertView[]> {
  const changed: AlertView[] = [];
  for (const episode of episodes) {
    const before = await loadAlert(db, episode.id);
    const after = toAlert(site, episode, before, nowMs);
    if (before && sameExceptTime(before, after)) continue;
    await storeAlert(db, after);
    changed.push(after);
  }
  return changed;
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
    .orderBy("event_ms", "desc")
    .limit(EPISODES_LOOKED_AT_MAX)
    .execute();
  let sinceMs = untilMs - SETTLED_AFTER_MS;
  for (const { event_ms, closed_ms } of episodes) {
    if (closed_ms === null || closed_ms >= sinceMs) sinceMs = Math.min(sinceMs, event_ms);
  }
  return sinceMs;
}

/** The newest alerts, of one site or of all. */
export async function listAlerts(db: Database, site?: string): Promise<AlertView[]> {
  let query = db
    .selectFrom("alert")
    .select("alert_json")
    .orderBy("raised_ms", "desc")
    .limit(ALERTS_LISTED_MAX);
  if (site !== undefined) query = query.where("site", "=", site);
  return (await query.execute()).map((row) => JSON.parse(row.alert_json) as AlertView);
}

async function loadAlert(db: Database, id: string): Promise<AlertView | null> {
  const row = await db.selectFrom("alert").select("alert_json").where("id", "=", id).executeTakeFirst();
  return row ? (JSON.parse(row.alert_json) as AlertView) : null;
}

/** The alert of an episode; what the cloud already recorded about times stays as it was. */
function toAlert(site: string, episode: Episode, before: AlertView | null, nowMs: number): AlertView {
  return {
    id: episode.id,
    site,
    class: episode.class,
    level: episode.level,
    currentLevel: episode.currentLevel,
    rule: episode.rule,
    ruleVersion: episode.ruleVersion,
    eventMs: episode.openedAtMs,
    raisedMs: before?.raisedMs ?? nowMs,
    updatedMs: nowMs,
    closedMs: episode.closedAtMs,
    sentence: episode.sentence,
    reasons: episode.reasons.map(toReasonView),
    history: episode.history.map(({ level, atMs }) => {
      const known = before?.history.find((entry) => entry.level === level && entry.eventMs === atMs);
      return { level, eventMs: atMs, recordedMs: known?.recordedMs ?? nowMs };
    }),
  };
}

function sameExceptTime(before: AlertView, after: AlertView): boolean {
  return JSON.stringify({ ...before, updatedMs: 0 }) === JSON.stringify({ ...after, updatedMs: 0 });
}

async function storeAlert(db: Database, alert: AlertView): Promise<void> {
  const json = JSON.stringify(alert);
  const columns = {
    site: alert.site,
    event_ms: alert.eventMs,
    raised_ms: alert.raisedMs,
    updated_ms: alert.updatedMs,
    closed_ms: alert.closedMs,
    alert_json: json,
  };
  await db
    .insertInto("alert")
    .values({ id: alert.id, ...columns })
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
}
