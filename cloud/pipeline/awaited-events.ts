import { eventId, type SegmentHeader } from "@sealwatch/protocols";
import type { AwaitedNotice } from "../cases/notice-book.ts";
import type { DatedRecord } from "../replica/gateway-view.ts";

/** Telemetry is sealed up to this long after an event that was sealed at once: a journal this far past a moment has told all of it. */
const TOLD_AFTER_MS = 60_000;
/** A gateway that is back and has not brought the event within this time does not have it. */
export const AWAITED_MAX_MS = 24 * 3_600_000;

/** What one segment says about notices: which it confirms (and when that was, if dated), and which it passes in silence. */
export interface NoticeNews {
  readonly confirmed: readonly { readonly notice: AwaitedNotice; readonly eventMs: number }[];
  readonly passed: readonly AwaitedNotice[];
}

/** Compares a folded segment with what its gateway's notices said. `epochs` are those held before it, oldest first. Pure. */
export function noticeNews(
  awaited: readonly AwaitedNotice[],
  header: SegmentHeader,
  dated: readonly DatedRecord[],
  epochs: readonly string[],
): NoticeNews {
  const brought = new Map<string, number | null>();
  for (const { record, utcMs } of dated) {
    if (record.type === "event") brought.set(eventId(header.epoch, record), utcMs);
  }
  const confirmed: { notice: AwaitedNotice; eventMs: number }[] = [];
  const passed: AwaitedNotice[] = [];
  for (const notice of awaited) {
    if (brought.has(notice.eventId)) {
      confirmed.push({ notice, eventMs: brought.get(notice.eventId) ?? notice.eventMs });
    } else if (isPassed(notice, header, epochs)) {
      passed.push(notice);
    }
  }
  return { confirmed, passed };
}

function isPassed({ epoch, atMs }: AwaitedNotice, header: SegmentHeader, epochs: readonly string[]): boolean {
  if (header.epoch === epoch) return header.toMs >= atMs + TOLD_AFTER_MS;
  // A journal that went on to a newer epoch has told all of the older one.
  return epochs.includes(epoch) && epochs.indexOf(epoch) < indexOrEnd(epochs, header.epoch);
}

function indexOrEnd(epochs: readonly string[], epoch: string): number {
  const index = epochs.indexOf(epoch);
  return index < 0 ? epochs.length : index;
}
