/** Gathers many pokes into few runs: one at a time, the first within `delayMs`, and no work piles up. */
export interface Pacer {
  poke(): void;
}

/** `run` must not reject. After a slow run the next waits as long as it took, so that a busy server gets air. */
export function createPacer(run: () => Promise<void>, delayMs: number): Pacer {
  let waiting = false;
  let running = false;
  let again = false;
  let restMs = 0;

  async function go(): Promise<void> {
    waiting = false;
    running = true;
    again = false;
    const startedMs = Date.now();
    await run();
    restMs = Date.now() - startedMs;
    running = false;
    if (again) poke();
  }

  function poke(): void {
    if (running) again = true;
    if (running || waiting) return;
    waiting = true;
    setTimeout(() => void go(), Math.max(delayMs, restMs));
    restMs = 0;
  }

  return { poke };
}
