/** Counts polls under way, so that simulated time can stand still meanwhile. */
export class PollsInFlight {
  #count = 0;
  #idle: (() => void)[] = [];

  /** Counts `poll` until it settles. */
  async track(poll: Promise<void>): Promise<void> {
    this.#count++;
    try {
      await poll;
    } finally {
      this.#count--;
      if (this.#count === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** Null when no poll is under way, else resolves when none is. */
  whenIdle(): Promise<void> | null {
    return this.#count === 0 ? null : new Promise((resolve) => this.#idle.push(resolve));
  }
}
