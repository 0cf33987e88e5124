import type { ChannelDescription } from "./channel.ts";
import type { Quality } from "./quality.ts";

/** What a journal holds. Every `…Ms` is monotonic time of the record's epoch, a whole number of milliseconds. */
export type JournalRecord =
  | ChannelsRecord
  | ClockRecord
  | GapRecord
  | EventRecord
  | SampleRecord
  | PollingRunRecord;

/** Which channels exist from now on; replaces the list before it. */
export interface ChannelsRecord {
  readonly type: "channels";
  readonly atMs: number;
  readonly channels: readonly ChannelDescription[];
}

/** Maps this epoch's monotonic time to UTC: at `atMs` it was `utcMs` ± `uncertaintyMs`, according to `source`. */
export interface ClockRecord {
  readonly type: "clock";
  readonly atMs: number;
  readonly utcMs: number;
  readonly uncertaintyMs: number;
  readonly source: "system" | "simulator";
}

/** Readings of several channels of one device taken at one moment. The three lists run in parallel. */
export interface SampleRecord {
  readonly type: "sample";
  readonly atMs: number;
  readonly channels: readonly number[];
  /** Scaled integers (see ChannelDescription.decimals); null where the quality carries no value. */
  readonly scaled: readonly (number | null)[];
  readonly qualities: readonly Quality[];
}

/** What can happen. Part of the wire format: names never change meaning. */
export const EVENT_KINDS = [
  "gateway-started",
  "contact-changed",
  "device-lost",
  "device-regained",
  "clock-jumped",
  /** A meter states another CT or PT ratio, serial number or time of day than it must: signs of tampering. */
  "ratio-changed",
  "serial-changed",
  "device-clock-changed",
  /** A contact changes more often than is written down one by one; `value` counts the changes of the minute. */
  "contact-chattering",
  /** Another configuration polls from now on, or was tried and given up. */
  "config-applied",
  "config-rolled-back",
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/**
 * Something that happened at a moment. `contact-changed` names a channel and its new `value`: 0 open, 1 closed, and of a supervised
 * seal loop also 2 cut, 3 shorted. The changes of a meter name device, channel and the new scaled `value`; `note` says "old → new".
 */
export interface EventRecord {
  readonly type: "event";
  readonly atMs: number;
  readonly event: EventKind;
  readonly device?: string;
  readonly channel?: number;
  readonly value?: number;
  readonly note?: string;
}

/** Proof that a contact was polled and did not change: every poll from `fromMs` to `atMs` read `value`. */
export interface PollingRunRecord {
  readonly type: "run";
  /** The last poll of the run. */
  readonly atMs: number;
  readonly channel: number;
  readonly value: number;
  readonly fromMs: number;
  readonly polls: number;
  readonly longestGapMs: number;
}

/** Readings that were taken, or should have been, and are not here. Unknown, never normal. */
export interface GapRecord {
  readonly type: "gap";
  /** When the gap ended. */
  readonly atMs: number;
  readonly fromMs: number;
  /** `dropped` is never written: it is how a segment reads whose body was given up for space. */
  readonly reason: "journal-full" | "overload" | "power-cut" | "corrupt" | "dropped";
  /** Readings known to be lost; 0 when nobody can know. */
  readonly readings: number;
}

/** How many readings a record holds: a sample has one a channel, a run one a poll. */
export function readingsIn(record: JournalRecord): number {
  if (record.type === "sample") return record.channels.length;
  return record.type === "run" ? record.polls : 0;
}
