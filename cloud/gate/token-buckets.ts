import type { Clock } from "@sealwatch/platform";

/** How much one key may do: `burst` at once, `perSecond` in the long run; beyond `keysMax` the key unused longest is forgotten. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
  readonly keysMax: number;
}

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** A token bucket for each key. */
export class TokenBuckets {
  readonly #limit: RateLimit;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit, clock: Pick<Clock, "monotonicMs">) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Takes a token if there is one. Returns 0, or the milliseconds until there will be one. */
  take(key: string): number {
    const { tokens, atMs } = this.#now(key);
    if (tokens < 1) return this.#msOf(1 - tokens);
    this.#keep(key, { tokens: tokens - 1, atMs });
    return 0;
  }

  /** Takes a token that may be there only later. Returns the milliseconds to wait for it. */
  reserve(key: string): number {
    const { tokens, atMs } = this.#now(key);
    this.#keep(key, { tokens: tokens - 1, atMs });
    return tokens >= 1 ? 0 : this.#msOf(1 - tokens);
  }

  #now(key: string): Bucket {
    const { burst, perSecond } = this.#limit;
    const nowMs = this.#clock.monotonicMs();
    const { tokens, atMs } = this.#buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    return { tokens: Math.min(burst, tokens + ((nowMs - atMs) / 1000) * perSecond), atMs: nowMs };
  }

  #keep(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size <= this.#limit.keysMax) return;
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }

  #msOf(tokens: number): number {
    return Math.ceil((tokens / this.#limit.perSecond) * 1000);
  }
}
