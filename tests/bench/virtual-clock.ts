import type { Clock } from "@sealwatch/platform";

interface Timer {
  readonly dueMs: number;
  readonly fire: () => void;
}

/**
 * Time that moves only from one timer to the next, once everything that the last one set off has come to rest. Sleepers wake as late
 * as Node's own timers make them: after whole milliseconds.
 */
export class VirtualClock implements Clock {
  #nowMs = 0;
  /** In order of time; timers of one moment fire in the order they were set. */
  #timers: Timer[] = [];

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  sleepUntil(dueMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || dueMs <= this.#nowMs) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.at(this.#nowMs + Math.ceil(dueMs - this.#nowMs), () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      });
      const leave = () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        resolve();
      };
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  /** Calls `fire` at `dueMs`. */
  at(dueMs: number, fire: () => void): Timer {
    const timer = { dueMs: Math.max(dueMs, this.#nowMs), fire };
    const index = this.#timers.findIndex((other) => other.dueMs > timer.dueMs);
    this.#timers.splice(index < 0 ? this.#timers.length : index, 0, timer);
    return timer;
  }

  /** Moves time on to `untilMs`, or until `done` says so. */
  async run(untilMs: number, done: () => boolean = () => false): Promise<void> {
    for (;;) {
      // No input or output is outside: one turn of the event loop empties all promises.
      await new Promise(setImmediate);
      const next = this.#timers[0];
      if (done()) return;
      if (!next || next.dueMs > untilMs) break;
      this.#timers.shift();
      this.#nowMs = next.dueMs;
      next.fire();
    }
    this.#nowMs = untilMs;
  }
}
