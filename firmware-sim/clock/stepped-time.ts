import type { Clock } from "@sealwatch/platform";
import { pacedTime, type SimulatedTime } from "./simulated-time.ts";

/** One that time waits for, until it sleeps. */
export interface Sleeper {
  /** Its sleep is over. */
  wake(): void;
}

interface Sleep {
  /** Simulated UTC until when it sleeps; null while it is awake. */
  dueMs: number | null;
  /** Ends the real-time wait for this sleep. */
  cancel?: AbortController;
}

/** How stepped time starts and where it ends. */
export interface SteppedTimeOptions {
  readonly startMs: number;
  /** Go over to real time once simulated time has caught up with it. */
  readonly untilNow: boolean;
  readonly real: Clock;
  /** How much later than asked a step ends, in milliseconds: real machines are never on the dot. */
  readonly lateMs: () => number;
  /** Called whenever time has moved, before anybody wakes. */
  readonly onMoved: (nowMs: number) => void;
}

/**
 * Time that stands still until every sleeper sleeps, then is at once the earliest moment that one of them waits for.
 * With `untilNow` it becomes real time when it has caught up, and never steps again.
 */
export class SteppedTime implements SimulatedTime {
  readonly #options: SteppedTimeOptions;
  readonly #sleeps = new Map<Sleeper, Sleep>();
  #steppedMs: number;
  #realTime: SimulatedTime | null = null;

  constructor(options: SteppedTimeOptions) {
    this.#options = options;
    this.#steppedMs = options.startMs;
    if (this.#caughtUpBy(options.startMs)) this.#becomeReal();
  }

  get pace(): "stepped" | "real" {
    return this.#realTime ? "real" : "stepped";
  }

  nowMs(): number {
    return Math.max(this.#steppedMs, this.#realTime?.nowMs() ?? 0);
  }

  /** From now on time waits for this one; it is awake. */
  join(sleeper: Sleeper): void {
    this.#sleeps.get(sleeper)?.cancel?.abort();
    this.#sleeps.set(sleeper, { dueMs: null });
  }

  has(sleeper: Sleeper): boolean {
    return this.#sleeps.has(sleeper);
  }

  /** Time waits for this one no longer. */
  leave(sleeper: Sleeper): void {
    this.#sleeps.get(sleeper)?.cancel?.abort();
    this.#sleeps.delete(sleeper);
    this.#step();
  }

  /** Wakes the sleeper when it is `dueMs`. A second sleep before that takes the place of the first. */
  sleep(sleeper: Sleeper, dueMs: number): void {
    this.#sleeps.get(sleeper)?.cancel?.abort();
    const sleep: Sleep = { dueMs };
    this.#sleeps.set(sleeper, sleep);
    if (dueMs <= this.nowMs()) this.#wake(sleeper, sleep);
    else if (this.#realTime) void this.#wakeInRealTime(sleeper, sleep, dueMs);
    else this.#step();
  }

  #step(): void {
    while (!this.#realTime) {
      const dueMs = this.#earliestDueMs();
      if (dueMs === null) return;
      if (this.#caughtUpBy(dueMs)) {
        this.#becomeReal();
        return;
      }
      this.#moveTo(Math.max(this.#steppedMs, dueMs + this.#options.lateMs()));
      for (const [sleeper, sleep] of this.#sleeps)
        if (sleep.dueMs !== null && sleep.dueMs <= this.#steppedMs) this.#wake(sleeper, sleep);
    }
  }

  /** Null when somebody is awake, or nobody is there. */
  #earliestDueMs(): number | null {
    let earliest: number | null = null;
    for (const { dueMs } of this.#sleeps.values()) {
      if (dueMs === null) return null;
      earliest = Math.min(dueMs, earliest ?? dueMs);
    }
    return earliest;
  }

  #caughtUpBy(atMs: number): boolean {
    return this.#options.untilNow && atMs >= this.#options.real.wallMs();
  }

  #moveTo(nowMs: number): void {
    this.#steppedMs = nowMs;
    this.#options.onMoved(nowMs);
  }

  #becomeReal(): void {
    const { real } = this.#options;
    this.#realTime = pacedTime(real.wallMs(), 1, real);
    this.#options.onMoved(this.nowMs());
    for (const [sleeper, sleep] of this.#sleeps)
      if (sleep.dueMs !== null) void this.#wakeInRealTime(sleeper, sleep, sleep.dueMs);
  }

  async #wakeInRealTime(sleeper: Sleeper, sleep: Sleep, dueMs: number): Promise<void> {
    const { real } = this.#options;
    const cancel = new AbortController();
    sleep.cancel = cancel;
    while (!cancel.signal.aborted && this.nowMs() < dueMs)
      await real.sleepUntil(real.monotonicMs() + dueMs - this.nowMs(), cancel.signal);
    if (!cancel.signal.aborted) this.#wake(sleeper, sleep);
  }

  #wake(sleeper: Sleeper, sleep: Sleep): void {
    sleep.dueMs = null;
    sleeper.wake();
  }
}
