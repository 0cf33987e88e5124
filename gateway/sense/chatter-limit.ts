import type { EventRecord, PollingRunRecord } from "@sealwatch/protocols";

/** Changes of one contact in one minute that are written down one by one. */
export const CONTACT_EVENTS_PER_MINUTE_MAX = 20;
const MINUTE_MS = 60_000;

/** How often one contact changed in the running minute of the epoch's monotonic time. */
export interface Chatter {
  readonly minute: number;
  readonly changes: number;
}

/** A contact that has not changed yet. */
export const NO_CHATTER: Chatter = { minute: 0, changes: 0 };

type ContactRecord = EventRecord | PollingRunRecord;

/** What is written down, and the count that goes on. */
export interface ChatterStep {
  readonly chatter: Chatter;
  readonly records: readonly ContactRecord[];
}

/**
 * Lets at most CONTACT_EVENTS_PER_MINUTE_MAX changes of a contact through in a minute; `records` are what one poll at `atMs` made of
 * it. Those beyond are one `contact-chattering` with the minute's count when the minute is over, and then the position that the
 * contact is in, which is `position` (null: not known). Runs of polls always pass, so every position stays proven. Pure.
 */
export function limitChatter(
  chatter: Chatter,
  records: readonly ContactRecord[],
  { channel, position, atMs }: { channel: number; position: number | null; atMs: number },
): ChatterStep {
  const minute = Math.floor(atMs / MINUTE_MS);
  const told: ContactRecord[] = [];
  let { changes } = chatter;
  if (minute !== chatter.minute) {
    const hidden = changes > CONTACT_EVENTS_PER_MINUTE_MAX;
    if (hidden) told.push({ type: "event", atMs, event: "contact-chattering", channel, value: changes });
    const changesNow = records.some(({ type }) => type === "event");
    changes = 0;
    if (hidden && !changesNow && position !== null) {
      told.push({ type: "event", atMs, event: "contact-changed", channel, value: position });
      changes = 1;
    }
  }
  for (const record of records) {
    if (record.type === "event") changes++;
    if (record.type === "run" || changes <= CONTACT_EVENTS_PER_MINUTE_MAX) told.push(record);
  }
  return { chatter: { minute, changes }, records: told };
}
