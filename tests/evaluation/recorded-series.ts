import { type ChannelDescription, type JournalRecord, QUALITY, toValue } from "@sealwatch/protocols";

/** A value and when it was read, UTC; null: no answer. */
export type SeriesPoint = readonly [utcMs: number, value: number | null];

/** What a journal says, as series by `device/point`. */
export class RecordedSeries {
  readonly #channels = new Map<number, ChannelDescription>();
  readonly #series = new Map<string, SeriesPoint[]>();
  #offsetMs = 0;

  take(records: readonly JournalRecord[]): void {
    for (const record of records) {
      if (record.type === "channels") {
        for (const channel of record.channels) this.#channels.set(channel.id, channel);
      } else if (record.type === "clock") {
        this.#offsetMs = record.utcMs - record.atMs;
      } else if (record.type === "sample") {
        for (const [index, id] of record.channels.entries()) {
          const isGood = record.qualities[index] === QUALITY.good;
          this.#add(id, record.atMs, isGood ? (record.scaled[index] ?? null) : null);
        }
      } else if (record.type === "run") {
        this.#add(record.channel, record.fromMs, record.value);
        this.#add(record.channel, record.atMs, record.value);
      } else if (record.type === "event" && record.event === "contact-changed") {
        this.#add(record.channel ?? 0, record.atMs, record.value ?? null);
      }
    }
  }

  of(device: string, point: string): readonly SeriesPoint[] {
    return this.#series.get(`${device}/${point}`) ?? [];
  }

  #add(id: number, atMs: number, scaled: number | null): void {
    const channel = this.#channels.get(id);
    if (!channel) return;
    const value = scaled === null ? null : toValue(scaled, channel.decimals);
    const name = `${channel.device}/${channel.point}`;
    const known = this.#series.get(name) ?? [];
    known.push([atMs + this.#offsetMs, value]);
    this.#series.set(name, known);
  }
}
