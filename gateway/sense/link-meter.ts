import type { LinkStats, StationStats } from "./link.ts";

const WINDOW_S = 60;
/** More than a line can carry; a scan that asks everybody is counted only so far. */
const STATIONS_MAX = 512;

/** How a transaction ended, as far as counting goes. */
export type CountedOutcome = "answered" | "silent" | "bad-frame";

/** Counts what a line does: how busy it is, and how each station answers. */
export class LinkMeter {
  /** Busy milliseconds of each second of the window, by second modulo WINDOW_S. */
  readonly #busyMs = new Float64Array(WINDOW_S);
  readonly #second = new Float64Array(WINDOW_S).fill(-1);
  readonly #stations = new Map<string, StationStats>();
  readonly #sinceMs: number;
  #drained = 0;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** The line was occupied from `fromMs` to `toMs`. */
  occupied(fromMs: number, toMs: number): void {
    let atMs = Math.max(fromMs, toMs - WINDOW_S * 1_000);
    while (atMs < toMs) {
      const second = Math.floor(atMs / 1_000);
      const endMs = Math.min(toMs, (second + 1) * 1_000);
      const slot = second % WINDOW_S;
      if (this.#second[slot] !== second) this.#busyMs[slot] = 0;
      this.#second[slot] = second;
      this.#busyMs[slot] = (this.#busyMs[slot] ?? 0) + endMs - atMs;
      atMs = endMs;
    }
  }

  drained(): void {
    this.#drained++;
  }

  /** Counts one question to `station` and the time its answer took. */
  count(station: string, outcome: CountedOutcome, tookMs: number): void {
    const before = this.#stations.get(station) ?? UNASKED;
    if (before === UNASKED && this.#stations.size >= STATIONS_MAX) return;
    const answered = before.answered + (outcome === "answered" ? 1 : 0);
    this.#stations.set(station, {
      asked: before.asked + 1,
      answered,
      badFrames: before.badFrames + (outcome === "bad-frame" ? 1 : 0),
      unanswered: outcome === "answered" ? 0 : before.unanswered + 1,
      roundTripMs:
        outcome === "answered" ? withRoundTrip(before.roundTripMs, tookMs, answered) : before.roundTripMs,
    });
  }

  stats(nowMs: number, up: boolean, waiting: number): LinkStats {
    const oldest = Math.floor(nowMs / 1_000) - WINDOW_S;
    const busyMs = this.#busyMs.reduce(
      (sum, ms, slot) => sum + ((this.#second[slot] ?? -1) > oldest ? ms : 0),
      0,
    );
    const windowMs = Math.min(WINDOW_S * 1_000, Math.max(1, nowMs - this.#sinceMs));
    const utilisation = Math.min(1, busyMs / windowMs);
    return { up, utilisation, waiting, drained: this.#drained, stations: new Map(this.#stations) };
  }
}

const UNASKED: StationStats = { asked: 0, answered: 0, badFrames: 0, unanswered: 0, roundTripMs: null };

function withRoundTrip(before: StationStats["roundTripMs"], tookMs: number, answered: number) {
  if (!before) return { last: tookMs, mean: tookMs, longest: tookMs };
  return {
    last: tookMs,
    mean: before.mean + (tookMs - before.mean) / answered,
    longest: Math.max(before.longest, tookMs),
  };
}
