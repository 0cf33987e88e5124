import type { LinkPriority } from "./link.ts";

/** Every so many turns the longest waiting goes first, so that nobody waits for ever behind the urgent. */
const FAIR_TURN = 8;

interface Waiting {
  readonly priority: LinkPriority;
  readonly dueMs: number;
  readonly start: (granted: boolean) => void;
}

/** Gives a line to one transaction at a time: by priority, then to the earliest due, then to the first come. */
export class LinkQueue {
  #waiting: Waiting[] = [];
  #taken = false;
  #turns = 0;
  #closed = false;

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves with true when the line is the caller's, who must `give` it back; false when aborted or closed. */
  take(priority: LinkPriority, dueMs: number, signal?: AbortSignal): Promise<boolean> {
    if (this.#closed || signal?.aborted) return Promise.resolve(false);
    if (!this.#taken) {
      this.#taken = true;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        resolve(false);
      };
      const start = (granted: boolean) => {
        signal?.removeEventListener("abort", leave);
        resolve(granted);
      };
      const waiting = { priority, dueMs, start };
      this.#waiting.push(waiting);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  /** Hands the line to the next. */
  give(): void {
    const fair = ++this.#turns % FAIR_TURN === 0;
    const next = this.#waiting.reduce<Waiting | null>(
      (best, one) => (best === null || goesBefore(one, best, fair) ? one : best),
      null,
    );
    this.#taken = next !== null;
    this.#waiting = this.#waiting.filter((one) => one !== next);
    next?.start(true);
  }

  /** Sends everybody who waits away, and who comes. */
  close(): void {
    this.#closed = true;
    for (const { start } of this.#waiting.splice(0)) start(false);
  }
}

function goesBefore(one: Waiting, other: Waiting, fair: boolean): boolean {
  if (!fair && one.priority !== other.priority) return one.priority < other.priority;
  return one.dueMs < other.dueMs;
}
