const TRIES_MAX = 4;

/** A time that was missed. Where others held the machine up, that says nothing of the product. */
class TimeMissed extends Error {}

/** Asserts what is so on a machine that keeps up. Inside of `measuredAgain`, missing it leads to another measurement. */
export function expectInTime(holds: boolean, otherwise: string): void {
  if (!holds) throw new TimeMissed(otherwise);
}

/** Asserts that something took at most `maxMs`, as above. */
export function expectWithin(maxMs: number, what: string, tookMs: number): void {
  expectInTime(tookMs <= maxMs, `${what}: ${Math.round(tookMs)} ms; at most ${maxMs} ms may it be`);
}

/** Measures until every time of one measurement holds, a few times at most. Whatever else fails in it, fails at once. */
export async function measuredAgain<Result>(measure: (again: boolean) => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await measure(tries > 1);
    } catch (error) {
      if (!(error instanceof TimeMissed) || tries === TRIES_MAX) throw error;
      console.log(`measured again: ${error.message}`);
    }
  }
}
