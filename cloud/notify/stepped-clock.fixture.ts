import type { Clock } from "@sealwatch/platform";

/** A clock that stands still until the test moves it; between two steps everybody finishes what he began. */
export class SteppedClock implements Clock {
  #nowMs: number;
  #sleepers: { dueMs: number; resolve: () => void }[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  sleepUntil(dueMs: number, signal?: AbortSignal): Promise<void> {
    if (dueMs <= this.#nowMs || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener("abort", wake);
        this.#sleepers = this.#sleepers.filter((one) => one.resolve !== wake);
        resolve();
      };
      this.#sleepers.push({ dueMs, resolve: wake });
      signal?.addEventListener("abort", wake);
    });
  }

  /** Jumps, as a machine does that slept: whoever is due wakes late. */
  async jump(byMs: number): Promise<void> {
    this.#nowMs += byMs;
    await this.advance(0);
  }

  /** Goes on by so much, waking everybody in the order of his time. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await settled();
    for (;;) {
      const next = Math.min(...this.#sleepers.map(({ dueMs }) => dueMs));
      if (next > untilMs) break;
      this.#nowMs = Math.max(this.#nowMs, next);
      const due = this.#sleepers.filter(({ dueMs }) => dueMs <= this.#nowMs);
      this.#sleepers = this.#sleepers.filter(({ dueMs }) => dueMs > this.#nowMs);
      for (const { resolve } of due) resolve();
      await settled();
    }
    this.#nowMs = untilMs;
    await settled();
  }
}

/** The database answers in microtasks: when a macrotask's turn comes they are through. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
