import type { Clock } from "@sealwatch/platform";
import type { StepTime } from "@sealwatch/protocols";
import type { StepSocket } from "./step-socket.ts";

/** Work that must be done before simulated time may move on; null when there is none. */
export type Barrier = () => Promise<void> | null;

/** How often real-paced time is compared with the simulator's, and how long a step may stay unanswered before it is asked for the time. */
const CHECK_MS = 1_000;

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/**
 * Simulated time. While the simulator steps, time stands still until every barrier is clear and then moves to the earliest
 * sleeper's due time: the protocol knows one sleep a client. Once it runs in real time, local timers wake the sleepers.
 */
export class StepClock implements Clock {
  readonly #socket: StepSocket;
  readonly #local: Clock;
  readonly #barriers: Barrier[] = [];
  #time: StepTime;
  #takenAtMs: number;
  #sleepers: Sleeper[] = [];
  #sleeperAdded: () => void = () => {};
  #timer = new AbortController();
  /** Told when time begins to run in real time, or to step again. */
  onPace: () => void = () => {};

  /** `time` is the simulator's answer to joining; `local` is the machine's own clock. */
  constructor(socket: StepSocket, time: StepTime, local: Clock) {
    this.#socket = socket;
    this.#local = local;
    this.#time = time;
    this.#takenAtMs = local.monotonicMs();
    socket.onTime = (told) => this.#takeTime(told);
  }

  get stepping(): boolean {
    return this.#time.pace === "stepped";
  }

  wallMs(): number {
    return this.#time.wallMs + this.#sinceTakenMs();
  }

  monotonicMs(): number {
    return this.#time.monotonicMs + this.#sinceTakenMs();
  }

  sleepUntil(dueMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || dueMs <= this.monotonicMs()) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        dueMs,
        wake: () => {
          signal?.removeEventListener("abort", abandon);
          resolve();
        },
      };
      const abandon = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        sleeper.wake();
      };
      signal?.addEventListener("abort", abandon, { once: true });
      this.#sleepers.push(sleeper);
      this.#sleeperAdded();
      if (!this.stepping) this.#armTimer();
    });
  }

  /** Holds simulated time until the barrier is clear. */
  addBarrier(barrier: Barrier): void {
    this.#barriers.push(barrier);
  }

  /** Moves time on until `signal` aborts. Rejects with STEP_SOCKET_LOST when the simulator goes. */
  async run(signal: AbortSignal): Promise<void> {
    void this.#watch(signal);
    signal.addEventListener("abort", () => this.#sleeperAdded());
    while (!signal.aborted) {
      const dueMs = this.stepping ? await this.#nextDue(signal) : this.monotonicMs() + CHECK_MS;
      if (signal.aborted) return;
      try {
        await this.#socket.sleep(dueMs);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      this.#wakeDue();
    }
  }

  /** Waits until all work is done and somebody sleeps. */
  async #nextDue(signal: AbortSignal): Promise<number> {
    while (true) {
      // Lets everybody who has just woken begin, so that their work is seen below.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (signal.aborted) return this.monotonicMs();
      const busy = this.#barriers.map((barrier) => barrier()).find((work) => work !== null);
      if (busy) await busy;
      else if (this.#sleepers.length > 0) return this.#earliestDueMs();
      else
        await new Promise<void>((resolve) => {
          this.#sleeperAdded = resolve;
        });
    }
  }

  /** A simulator that goes over to real time while a long sleep is outstanding says so only when asked. */
  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#local.sleepUntil(this.#local.monotonicMs() + CHECK_MS, signal);
      if (this.stepping && this.#local.monotonicMs() - this.#takenAtMs >= CHECK_MS) this.#socket.askNow();
    }
  }

  #takeTime(told: StepTime): void {
    const paceChanged = told.pace !== this.#time.pace;
    // Time never goes back, even where the two machines' real seconds differ by a little.
    const ahead = Math.max(0, this.monotonicMs() - told.monotonicMs);
    this.#time = ahead === 0 ? told : { ...told, monotonicMs: told.monotonicMs + ahead };
    this.#takenAtMs = this.#local.monotonicMs();
    if (!paceChanged) return;
    if (!this.stepping) this.#armTimer();
    this.onPace();
  }

  #sinceTakenMs(): number {
    return this.stepping ? 0 : this.#local.monotonicMs() - this.#takenAtMs;
  }

  #earliestDueMs(): number {
    return this.#sleepers.reduce(
      (earliest, { dueMs }) => Math.min(earliest, dueMs),
      Number.POSITIVE_INFINITY,
    );
  }

  #wakeDue(): void {
    const nowMs = this.monotonicMs();
    const due = this.#sleepers.filter(({ dueMs }) => dueMs <= nowMs);
    if (due.length === 0) return;
    this.#sleepers = this.#sleepers.filter(({ dueMs }) => dueMs > nowMs);
    for (const { wake } of due.sort((left, right) => left.dueMs - right.dueMs)) wake();
  }

  /** One local timer, for the earliest sleeper. */
  #armTimer(): void {
    this.#timer.abort();
    const timer = new AbortController();
    this.#timer = timer;
    if (this.#sleepers.length === 0) return;
    const waitMs = this.#earliestDueMs() - this.monotonicMs();
    void this.#local.sleepUntil(this.#local.monotonicMs() + waitMs, timer.signal).then(() => {
      if (timer.signal.aborted || this.stepping) return;
      this.#wakeDue();
      this.#armTimer();
    });
  }
}
