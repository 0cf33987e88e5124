import type { RefusalCounter } from "@sealwatch/platform";
import type { Notice } from "@sealwatch/protocols";
import type { Bilingual } from "../api/contract.ts";
import { covers } from "../cases/alert-book.ts";
import {
  AWAITING_MAX,
  type AwaitedNotice,
  isTold,
  type NoticeOutcome,
  openNotice,
  settleNotice,
} from "../cases/notice-book.ts";
import type { Episode } from "../detect/site-verdict.ts";
import type { RegisteredGateway } from "../registry/site-registry.ts";
import { journalHoldsEvent } from "../replica/find-event.ts";
import { AWAITED_MAX_MS, type NoticeNews } from "./awaited-events.ts";
import type { Draft } from "./draft.ts";
import { siteContext } from "./live-site.ts";

const PASSED: Bilingual = {
  zh: "日志链已过此时刻而无此事件",
  en: "the journal has passed that time without it",
};
const OVERDUE: Bilingual = { zh: "恢复联系 24 小时仍未补到", en: "not brought within 24 hours of contact" };

/** Takes a verified notice: opens a provisional alert unless it, or the journal, has told the event before. */
export async function takeNotice(
  draft: Draft,
  gateway: RegisteredGateway,
  notice: Notice,
  nowMs: number,
  refusals: RefusalCounter,
): Promise<void> {
  const isFull = draft.awaited.filter((other) => other.gateway === gateway.id).length >= AWAITING_MAX;
  if (isFull) return refusals.refuse("notice-flood", gateway.id);
  if (await isTold(draft.db, notice)) return;
  if (await journalHoldsEvent(draft.db, notice)) return;
  const opened = await openNotice(draft.db, notice, siteContext(gateway.site), nowMs);
  if (!opened) return;
  draft.awaited = [...draft.awaited, opened.awaited];
  draft.alerts.push(opened.alert);
  draft.judged.add(gateway.site.id);
}

/** Withdraws what a segment passed in silence; what it confirms waits for the judgement of its site. */
export async function takeNoticeNews(draft: Draft, { confirmed, passed }: NoticeNews, nowMs: number) {
  draft.confirmed.push(...confirmed);
  for (const notice of passed) await settle(draft, notice, { state: "withdrawn", why: PASSED }, nowMs);
  const known = new Set(confirmed.map(({ notice }) => notice));
  draft.awaited = draft.awaited.filter((notice) => !known.has(notice));
}

/** Joins confirmed notices to the alerts that now tell the same with proof. */
export async function mergeConfirmed(
  draft: Draft,
  gateways: ReadonlySet<string>,
  episodes: readonly Episode[],
  nowMs: number,
): Promise<void> {
  for (const { notice, eventMs } of draft.confirmed) {
    if (!gateways.has(notice.gateway)) continue;
    const episode = episodes.findLast((one) => one.class === "restart" && covers(one, eventMs));
    await settle(draft, notice, { state: "confirmed", by: episode?.id ?? null }, nowMs);
  }
}

/** Notices of gateways that have been back for so long that the journal would have come. */
export function overdueNotices(
  awaited: readonly AwaitedNotice[],
  inContactSinceMs: (gateway: string) => number | null,
  nowMs: number,
): AwaitedNotice[] {
  return awaited.filter(({ gateway, receivedMs }) => {
    const sinceMs = inContactSinceMs(gateway);
    return sinceMs !== null && nowMs - Math.max(sinceMs, receivedMs) >= AWAITED_MAX_MS;
  });
}

/** Withdraws notices that are overdue. */
export async function withdrawOverdue(draft: Draft, overdue: readonly AwaitedNotice[], nowMs: number) {
  for (const notice of overdue) await settle(draft, notice, { state: "withdrawn", why: OVERDUE }, nowMs);
}

async function settle(draft: Draft, notice: AwaitedNotice, outcome: NoticeOutcome, nowMs: number) {
  const alert = await settleNotice(draft.db, notice, outcome, nowMs);
  if (alert) draft.alerts.push(alert);
  draft.awaited = draft.awaited.filter((other) => other !== notice);
}
