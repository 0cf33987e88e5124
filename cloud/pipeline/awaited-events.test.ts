import { type EventRecord, eventId, NO_HASH, type SegmentHeader } from "@sealwatch/protocols";
import { describe, expect, it } from "vitest";
import type { AwaitedNotice } from "../cases/notice-book.ts";
import { AWAITED_MAX_MS, noticeNews } from "./awaited-events.ts";
import { overdueNotices } from "./notice-desk.ts";

const EPOCH = "00112233445566ff";
const event: EventRecord = { type: "event", atMs: 500_000, event: "contact-changed", channel: 3, value: 0 };
const notice: AwaitedNotice = {
  ...{ eventId: eventId(EPOCH, event), gateway: "gw-1", epoch: EPOCH, atMs: event.atMs },
  ...{ eventMs: 1_000_500_000, receivedMs: 1_000_501_000, alert: "a" },
};
const segment = (epoch: string, toMs: number): SegmentHeader => ({
  ...{ gateway: "gw-1", epoch, seq: 2, prev: NO_HASH, bodyHash: NO_HASH, bodyLength: 0 },
  ...{ fromMs: 0, toMs, counts: { readings: 0, events: 0, records: 0 } },
});
const news = (header: SegmentHeader, epochs: readonly string[], utcMs: number | null = null) =>
  noticeNews([notice], header, utcMs === null ? [] : [{ utcMs, record: event }], epochs);

describe("a notice that awaits its journal", () => {
  it("isConfirmedByTheSameEventAtTheTimeTheJournalSays", () => {
    const { confirmed, passed } = news(segment(EPOCH, 500_000), [EPOCH], 1_000_499_990);
    expect(confirmed).toEqual([{ notice, eventMs: 1_000_499_990 }]);
    expect(passed).toEqual([]);
  });

  it("goesOnWaitingWhileTelemetryOfTheSameMinuteMayStillCome", () => {
    expect(news(segment(EPOCH, 559_999), [EPOCH]).passed).toEqual([]);
    expect(news(segment(EPOCH, 560_000), [EPOCH]).passed).toEqual([notice]);
  });

  it("goesOnWaitingWhileTheBacklogBeforeItsEpochComesIn", () => {
    expect(news(segment("older", 9_000_000), ["older"])).toEqual({ confirmed: [], passed: [] });
  });

  it("isPassedByTheNextEpochOnceItsOwnHasBegun", () => {
    expect(news(segment("newer", 10), [EPOCH, "newer"]).passed).toEqual([notice]);
  });

  it("isOverdueADayAfterTheGatewayCameBackAndNotBefore", () => {
    const sinceMs = notice.receivedMs + 5_000;
    const overdue = (contactSinceMs: number | null, nowMs: number) =>
      overdueNotices([notice], () => contactSinceMs, nowMs);
    expect(overdue(sinceMs, sinceMs + AWAITED_MAX_MS - 1)).toEqual([]);
    expect(overdue(sinceMs, sinceMs + AWAITED_MAX_MS)).toEqual([notice]);
    expect(overdue(null, sinceMs + 10 * AWAITED_MAX_MS)).toEqual([]);
  });
});
