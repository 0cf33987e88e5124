/** A mean in the making over one bin of time, aligned to UTC. */
export interface TimeBin {
  /** Start of the bin; null: none begun. */
  fromMs: number | null;
  n: number;
  sumW: number;
  sumMidW: number;
  /** The widest noise within the bin. */
  sigmaW: number;
}

/** No bin begun. */
export function emptyBin(): TimeBin {
  return { fromMs: null, n: 0, sumW: 0, sumMidW: 0, sigmaW: 0 };
}

/** The mean over a bin that ended. */
export interface BinMean {
  readonly fromMs: number;
  readonly n: number;
  readonly watts: number;
  readonly midW: number;
  readonly sigmaW: number;
}

/** Adds a value that began at `fromMs`; when it begins another bin, returns the one that ended. */
export function addToBin(
  bin: TimeBin,
  binMs: number,
  { fromMs, watts, midW, sigmaW }: { fromMs: number; watts: number; midW: number; sigmaW: number },
): BinMean | null {
  const beganMs = bin.fromMs;
  if (beganMs !== null && fromMs >= beganMs && fromMs < beganMs + binMs) {
    bin.n += 1;
    bin.sumW += watts;
    bin.sumMidW += midW;
    bin.sigmaW = Math.max(bin.sigmaW, sigmaW);
    return null;
  }
  const { n } = bin;
  const ended =
    beganMs === null
      ? null
      : { fromMs: beganMs, n, watts: bin.sumW / n, midW: bin.sumMidW / n, sigmaW: bin.sigmaW };
  bin.fromMs = Math.floor(fromMs / binMs) * binMs;
  bin.n = 1;
  bin.sumW = watts;
  bin.sumMidW = midW;
  bin.sigmaW = sigmaW;
  return ended;
}
