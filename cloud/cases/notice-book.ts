import { eventId, type Notice } from "@sealwatch/protocols";
import type { AlertView, Bilingual } from "../api/contract.ts";
import type { SiteContext } from "../detect/site-context.ts";
import type { Database } from "../store/database.ts";
import { loadAlert, storeAlert } from "./alert-book.ts";
import { provisionalAlert } from "./provisional-alert.ts";

/** Notices of one gateway that may await their journal: more than a site has contacts that matter. */
export const AWAITING_MAX = 64;
/** Settled notices of one gateway that are remembered, so that a repeated one is recognised. */
const SETTLED_KEPT = 200;

const NOTICE_NEWS = { proves: [], fromJournal: false, rebuilding: false };

/** A notice that the journal has neither confirmed nor passed yet. */
export interface AwaitedNotice {
  readonly eventId: string;
  readonly gateway: string;
  readonly epoch: string;
  readonly atMs: number;
  /** What the gateway took for the time, or when the notice came. */
  readonly eventMs: number;
  readonly receivedMs: number;
  readonly alert: string;
}

/** Why a notice ended: the journal brought its event (and the alert that tells it), or did not. */
export type NoticeOutcome =
  | { readonly state: "confirmed"; readonly by: string | null }
  | { readonly state: "withdrawn"; readonly why: Bilingual };

/** All notices that still await their journal. */
export async function loadAwaited(db: Database): Promise<AwaitedNotice[]> {
  return db
    .selectFrom("notice")
    .select([
      ...(["event_id as eventId", "gateway", "epoch", "at_ms as atMs", "event_ms as eventMs"] as const),
      ...(["received_ms as receivedMs", "alert"] as const),
    ])
    .where("state", "=", "awaiting")
    .orderBy("id")
    .execute();
}

/** True when this very event was told before. */
export async function isTold(db: Database, notice: Notice): Promise<boolean> {
  const row = await db
    .selectFrom("notice")
    .select("id")
    .where("gateway", "=", notice.gateway)
    .where("event_id", "=", eventId(notice.epoch, notice.event))
    .executeTakeFirst();
  return row !== undefined;
}

/** Records a notice that opens a provisional alert; null when it is no news for people. */
export async function openNotice(
  db: Database,
  notice: Notice,
  site: SiteContext,
  nowMs: number,
): Promise<{ awaited: AwaitedNotice; alert: AlertView } | null> {
  const { gateway, epoch, event } = notice;
  const id = eventId(epoch, event);
  const eventMs = notice.utcMs ?? nowMs;
  const times = { id: `${site.site}:notice:${gateway}:${id}`, eventMs, nowMs };
  const alert = provisionalAlert(notice, times, site);
  if (!alert) return null;
  const awaited = {
    eventId: id,
    gateway,
    epoch,
    atMs: event.atMs,
    eventMs,
    receivedMs: nowMs,
    alert: alert.id,
  };
  await db
    .insertInto("notice")
    .values({
      ...{ event_id: id, gateway, epoch, at_ms: event.atMs, event_ms: eventMs },
      ...{ received_ms: nowMs, alert: alert.id, state: "awaiting" },
    })
    .execute();
  await storeAlert(db, alert, "notice", { ...NOTICE_NEWS, before: null });
  return { awaited, alert };
}

/** Ends a provisional alert by a new entry that says how; returns it. */
export async function settleNotice(
  db: Database,
  notice: AwaitedNotice,
  outcome: NoticeOutcome,
  nowMs: number,
): Promise<AlertView | null> {
  await db
    .updateTable("notice")
    .set({ state: outcome.state })
    .where("gateway", "=", notice.gateway)
    .where("event_id", "=", notice.eventId)
    .execute();
  await forgetOldest(db, notice.gateway);
  const alert = await loadAlert(db, notice.alert);
  if (!alert) return null;
  const over = { updatedMs: nowMs, closedMs: nowMs, currentLevel: "none" as const };
  const settled: AlertView =
    outcome.state === "confirmed"
      ? { ...alert, ...over, provisional: false, supersededBy: alert.class === "restart" ? outcome.by : null }
      : { ...alert, ...over, withdrawnMs: nowMs, sentence: withdrawn(alert.sentence, outcome.why) };
  await storeAlert(db, settled, "notice", { ...NOTICE_NEWS, before: alert });
  return settled;
}

function withdrawn(sentence: Bilingual, why: Bilingual): Bilingual {
  return { zh: `已撤回（${why.zh}）：${sentence.zh}`, en: `withdrawn (${why.en}): ${sentence.en}` };
}

async function forgetOldest(db: Database, gateway: string): Promise<void> {
  const kept = await db
    .selectFrom("notice")
    .select("id")
    .where("gateway", "=", gateway)
    .where("state", "!=", "awaiting")
    .orderBy("id", "desc")
    .offset(SETTLED_KEPT)
    .limit(1)
    .executeTakeFirst();
  if (!kept) return;
  await db
    .deleteFrom("notice")
    .where("gateway", "=", gateway)
    .where("state", "!=", "awaiting")
    .where("id", "<=", kept.id)
    .execute();
}
