import type { Clock } from "@sealwatch/platform";
import type { ChannelDescription, JournalRecord } from "@sealwatch/protocols";
import type { GatewayConfig } from "../config/gateway-config.ts";
import { EMPTY_BAND, observeBand, type RollingBand } from "./rolling-band.ts";
import {
  afterEvent,
  afterReadings,
  afterSeal,
  newSealSchedule,
  type SealSchedule,
  type SealSettings,
  sealDueMs,
} from "./seal-schedule.ts";

/** What the sealer works with. `seal` seals all that was journaled until now. */
export interface SealerParts {
  readonly clock: Clock;
  readonly config: Pick<GatewayConfig, "segments" | "earlySegments">;
  readonly seal: () => void;
}

/** Decides when a segment is sealed, from what goes into the journal. */
export class Sealer {
  readonly #parts: SealerParts;
  readonly #settings: SealSettings;
  readonly #bands = new Map<number, RollingBand>();
  #schedule: SealSchedule;
  #nap = new AbortController();

  constructor(parts: SealerParts) {
    const { segments, earlySegments } = parts.config;
    this.#parts = parts;
    this.#settings = {
      everyMs: segments.everyMs,
      holdMs: earlySegments.holdMs,
      earlyEveryMs: earlySegments.everyMs,
      followUpMs: earlySegments.followUpMs,
    };
    this.#schedule = newSealSchedule(this.#settings);
  }

  /** Looks at a record on its way into the journal. */
  observe(record: JournalRecord): void {
    if (record.type === "channels") this.#watch(record.channels);
    // A new channel list changes how everything after it is read: the cloud learns of it as of an event.
    if (record.type === "event" || record.type === "channels") {
      this.#reschedule(afterEvent(this.#schedule, record.atMs, this.#settings));
    }
    if (record.type === "sample" && this.#bands.size > 0) {
      record.channels.forEach((channel, index) => {
        const band = this.#bands.get(channel);
        const value = record.scaled[index] ?? null;
        if (band && value !== null)
          this.#bands.set(channel, observeBand(band, record.atMs, value, this.#parts.config.earlySegments));
      });
      const outside = [...this.#bands.values()].some((band) => band.outside);
      this.#reschedule(afterReadings(this.#schedule, outside, record.atMs, this.#settings));
    }
  }

  /** Seals when it is due, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, seal } = this.#parts;
    signal.addEventListener("abort", () => this.#nap.abort());
    while (!signal.aborted) {
      this.#nap = new AbortController();
      await clock.sleepUntil(sealDueMs(this.#schedule), this.#nap.signal);
      const nowMs = clock.monotonicMs();
      if (signal.aborted || nowMs < sealDueMs(this.#schedule)) continue;
      seal();
      this.#schedule = afterSeal(this.#schedule, nowMs, this.#settings);
    }
  }

  /** Charted channels only: total active power and VOC. */
  #watch(channels: readonly ChannelDescription[]): void {
    if (!this.#parts.config.earlySegments.enabled) return;
    const known = new Map(this.#bands);
    this.#bands.clear();
    for (const { id, kind, phase } of channels) {
      if (kind === "voc" || (kind === "active-power" && (phase ?? "total") === "total"))
        this.#bands.set(id, known.get(id) ?? EMPTY_BAND);
    }
  }

  #reschedule(schedule: SealSchedule): void {
    const dueMs = sealDueMs(this.#schedule);
    this.#schedule = schedule;
    if (sealDueMs(schedule) < dueMs) this.#nap.abort();
  }
}
