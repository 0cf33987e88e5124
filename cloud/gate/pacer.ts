import type { Clock } from "@sealwatch/platform";
import { type RateLimit, TokenBuckets } from "./token-buckets.ts";

/** Slows each key down to a rate, and lets nobody overtake. */
export class Pacer {
  readonly #buckets: TokenBuckets;
  readonly #clock: Clock;
  readonly #stopping: AbortSignal;
  readonly #turns = new Map<string, Promise<void>>();

  constructor(limit: RateLimit, clock: Clock, stopping: AbortSignal) {
    this.#buckets = new TokenBuckets(limit, clock);
    this.#clock = clock;
    this.#stopping = stopping;
  }

  /** Null when the key may go on at once; else it may once this resolves. */
  pace(key: string): Promise<void> | null {
    const waitMs = this.#buckets.reserve(key);
    const before = this.#turns.get(key);
    if (waitMs === 0 && !before) return null;
    const dueMs = this.#clock.monotonicMs() + waitMs;
    const turn = (before ?? Promise.resolve()).then(() => this.#clock.sleepUntil(dueMs, this.#stopping));
    this.#turns.set(key, turn);
    void turn.then(() => {
      if (this.#turns.get(key) === turn) this.#turns.delete(key);
    });
    return turn;
  }
}
