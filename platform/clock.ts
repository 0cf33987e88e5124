/** Where time comes from. Wall time may jump; monotonic time only goes forward, from an arbitrary origin. */
export interface Clock {
  /** Milliseconds since the Unix epoch, as this clock believes them. */
  wallMs(): number;
  /** Milliseconds since an arbitrary origin, never going back. */
  monotonicMs(): number;
  /** Resolves once `monotonicMs() >= dueMs`, or at once when `signal` aborts. Never rejects. */
  sleepUntil(dueMs: number, signal?: AbortSignal): Promise<void>;
}

/** Node keeps timers in 32 bits: a longer wait fires at once. */
const TIMER_MAX_MS = 2_147_000_000;

/** The operating system's clock. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleepUntil(dueMs, signal) {
    while (!signal?.aborted && performance.now() < dueMs) {
      await pauseMs(Math.min(dueMs - performance.now(), TIMER_MAX_MS), signal);
    }
  },
};

/** Waits `delayMs` on `clock`; a shorthand for sleepUntil. */
export function sleepMs(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return clock.sleepUntil(clock.monotonicMs() + delayMs, signal);
}

function pauseMs(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, Math.ceil(delayMs)));
    signal?.addEventListener("abort", done, { once: true });
  });
}
