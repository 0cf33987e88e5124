import type { JournalRecord } from "../vocabulary/journal-record.ts";
import type { CborValue } from "./canonical-cbor.ts";
import { NOTE_MAX_CHARS } from "./segment-limits.ts";

/** Every record but samples, which travel as columns. */
export type PlainRecord = Exclude<JournalRecord, { type: "sample" }>;

/** How a record's type is written on the wire. */
export const TYPE_CODE = { channels: 1, clock: 2, gap: 3, event: 4, run: 5 } as const;

/** One plain record as a CBOR array. The channel list travels as JSON text: it is rare, and its schema grows. */
export function encodePlainRecord(record: PlainRecord): CborValue {
  switch (record.type) {
    case "channels":
      return [TYPE_CODE.channels, record.atMs, JSON.stringify(record.channels)];
    case "clock":
      return [TYPE_CODE.clock, record.atMs, record.utcMs, record.uncertaintyMs, record.source];
    case "gap":
      return [TYPE_CODE.gap, record.atMs, record.fromMs, record.reason, record.readings];
    case "event": {
      const { device, channel, value: contact, note } = record;
      return [
        TYPE_CODE.event,
        record.atMs,
        record.event,
        device ?? null,
        channel ?? null,
        contact ?? null,
        note === undefined ? null : shortened(note),
      ];
    }
    case "run":
      return [
        TYPE_CODE.run,
        record.atMs,
        record.channel,
        record.value,
        record.fromMs,
        record.polls,
        record.longestGapMs,
      ];
  }
}

/** One note that is too long must not make a whole segment unreadable; nor may a cut leave half a character. */
function shortened(note: string): string {
  return note.length <= NOTE_MAX_CHARS ? note : note.slice(0, NOTE_MAX_CHARS).replace(/[\uD800-\uDBFF]$/, "");
}
