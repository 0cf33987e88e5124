import type { Clock } from "@sealwatch/platform";

/** More than two of the longest frames: a line that babbles this much between two questions says nothing. */
const RECEIVED_BYTES_MAX = 1_024;

/** What has come in since the question, and who waits for more of it. */
export class LineReceiver {
  readonly #clock: Clock;
  #bytes = new Uint8Array(0);
  #wake = new AbortController();
  /** When the last byte came; never asked of a line that has been silent since it was opened. */
  lastByteMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get overflown(): boolean {
    return this.#bytes.length >= RECEIVED_BYTES_MAX;
  }

  push(chunk: Uint8Array): void {
    this.lastByteMs = this.#clock.monotonicMs();
    const room = RECEIVED_BYTES_MAX - this.#bytes.length;
    const bytes = new Uint8Array(this.#bytes.length + Math.min(room, chunk.length));
    bytes.set(this.#bytes);
    bytes.set(chunk.subarray(0, room), this.#bytes.length);
    this.#bytes = bytes;
    this.wake();
  }

  discard(): void {
    this.#bytes = new Uint8Array(0);
  }

  /** Ends the wait that is under way. */
  wake(): void {
    this.#wake.abort();
    this.#wake = new AbortController();
  }

  /** Waits for the next bytes, until `dueMs` at most. */
  next(dueMs: number): Promise<void> {
    return this.#clock.sleepUntil(dueMs, this.#wake.signal);
  }

  /** Waits until the line has been silent for `silenceMs`, and forgets what came; false when it is not by `byMs`. */
  async quiet(silenceMs: number, sinceMs: number, byMs: number): Promise<boolean> {
    for (;;) {
      const dueMs = Math.max(sinceMs, this.lastByteMs) + silenceMs;
      const nowMs = this.#clock.monotonicMs();
      if (nowMs >= dueMs) break;
      if (nowMs >= byMs) return false;
      await this.#clock.sleepUntil(Math.min(dueMs, byMs));
    }
    this.discard();
    return true;
  }
}
