import type { JournalRecord } from "@sealwatch/protocols";
import { type ClockAnchor, type Dating, dateRecord, initialDating } from "../detect/dating.ts";
import type { DatedRecord } from "../replica/gateway-view.ts";

/** Epochs that learnt the time late are remembered up to this many; of older ones the hours before count as unknown. */
const LATER_MAX = 256;

/** The dating of a gateway's whole journal. JSON. */
export interface JournalDating extends Dating {
  /** The epoch under way holds what cannot be dated yet. */
  readonly hasUndated: boolean;
  /** By epoch its first clock record, where something was journaled before it. */
  readonly later: Readonly<Record<string, ClockAnchor>>;
}

export const INITIAL_JOURNAL_DATING: JournalDating = { ...initialDating(), hasUndated: false, later: {} };

/** Dates a segment's records by their epoch's clock records, and notes a first one that comes late. Pure. */
export function dateJournal(
  before: JournalDating,
  epoch: string,
  records: readonly JournalRecord[],
): { dating: JournalDating; dated: DatedRecord[] } {
  let { later } = before;
  let hasUndated = before.epoch === epoch && before.hasUndated;
  let dating: Dating = before;
  const dated = records.map((record) => {
    const next = dateRecord(dating, epoch, record, before.later[epoch]);
    dating = next.dating;
    if (record.type === "clock" && hasUndated) {
      later = withNewest(later, epoch, { atMs: record.atMs, utcMs: record.utcMs });
      hasUndated = false;
    } else if (next.utcMs === null && record.type !== "channels") hasUndated = true;
    return { utcMs: next.utcMs, record };
  });
  const { atMs, utcMs } = dating;
  return { dating: { epoch: dating.epoch, atMs, utcMs, hasUndated, later }, dated };
}

function withNewest(
  later: JournalDating["later"],
  epoch: string,
  anchor: ClockAnchor,
): JournalDating["later"] {
  return Object.fromEntries([...Object.entries(later), [epoch, anchor] as const].slice(-LATER_MAX));
}
