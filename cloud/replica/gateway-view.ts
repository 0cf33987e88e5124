import { type ChannelDescription, type JournalRecord, QUALITY } from "@sealwatch/protocols";

/** A reading as the screen shows it: time, scaled value (null: none), quality. */
type Latest = readonly [atMs: number, scaled: number | null, quality: number];

/** The newest of everything in one gateway's journal. JSON. */
export interface GatewayJournalView {
  readonly channels: readonly ChannelDescription[];
  /** By channel id. */
  readonly latest: Readonly<Record<string, Latest>>;
  readonly recordedToMs: number | null;
  readonly segments: number;
  readonly readings: number;
  /** Of these segments the bodies were given up for space; their readings are not counted among `readings`. */
  readonly droppedSegments: number;
  readonly droppedReadings: number;
}

/** A record and when it was, in UTC; null while the epoch has not told the time. */
export interface DatedRecord {
  readonly utcMs: number | null;
  readonly record: JournalRecord;
}

export const EMPTY_VIEW: GatewayJournalView = {
  channels: [],
  latest: {},
  recordedToMs: null,
  segments: 0,
  readings: 0,
  droppedSegments: 0,
  droppedReadings: 0,
};

/** The view after one more segment. Pure. */
export function evolveView(
  view: GatewayJournalView,
  records: readonly DatedRecord[],
  { readings, dropped }: { readonly readings: number; readonly dropped: boolean },
): GatewayJournalView {
  let channels = view.channels;
  let recordedToMs = view.recordedToMs;
  const latest: Record<string, Latest> = { ...view.latest };
  for (const { utcMs, record } of records) {
    if (record.type === "channels") channels = record.channels;
    if (utcMs === null) continue;
    recordedToMs = Math.max(recordedToMs ?? utcMs, utcMs);
    noteLatest(latest, channels, utcMs, record);
  }
  return {
    channels,
    latest,
    recordedToMs,
    segments: view.segments + 1,
    readings: view.readings + (dropped ? 0 : readings),
    droppedSegments: view.droppedSegments + (dropped ? 1 : 0),
    droppedReadings: view.droppedReadings + (dropped ? readings : 0),
  };
}

function noteLatest(
  latest: Record<string, Latest>,
  channels: readonly ChannelDescription[],
  utcMs: number,
  record: JournalRecord,
): void {
  if (record.type === "sample") {
    record.channels.forEach((channel, index) => {
      latest[channel] = [utcMs, record.scaled[index] ?? null, record.qualities[index] ?? QUALITY.good];
    });
  } else if (record.type === "run") {
    latest[record.channel] = [utcMs, record.value, QUALITY.good];
  } else if (record.type === "event" && record.event === "contact-changed" && record.channel !== undefined) {
    latest[record.channel] = [utcMs, record.value ?? null, QUALITY.good];
  } else if (record.type === "event" && record.event === "device-lost") {
    for (const channel of channels) {
      if (channel.device === record.device) latest[channel.id] = [utcMs, null, QUALITY.noAnswer];
    }
  }
}
