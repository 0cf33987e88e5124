/** A mean in the making over one bin of time, aligned to UTC. */
export interface TimeBin {
  /** Start of the bin; null: none begun. */
  fromMs: number | null;
  n: number;
  sumW: number;
  sumMidW: number;
}

/** No bin begun. */
export function emptyBin(): TimeBin {
  return { fromMs: null, n: 0, sumW: 0, sumMidW: 0 };
}

/** Adds a value taken at `atMs`; when it begins another bin, returns the one that ended. */
export function addToBin(
  bin: TimeBin,
  atMs: number,
  binMs: number,
  watts: number,
  midW: number,
): { fromMs: number; n: number; watts: number; midW: number } | null {
  const { fromMs } = bin;
  if (fromMs !== null && atMs >= fromMs && atMs < fromMs + binMs) {
    bin.n += 1;
    bin.sumW += watts;
    bin.sumMidW += midW;
    return null;
  }
  const ended =
    fromMs === null ? null : { fromMs, n: bin.n, watts: bin.sumW / bin.n, midW: bin.sumMidW / bin.n };
  bin.fromMs = Math.floor(atMs / binMs) * binMs;
  bin.n = 1;
  bin.sumW = watts;
  bin.sumMidW = midW;
  return ended;
}
