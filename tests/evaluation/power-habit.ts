const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const HOURS = 24;
/** A median absolute deviation of the normal law, in deviations. */
const MAD_SHARE = 0.6745;

/** What a fortnight of power teaches a statistician: the middle of each local hour, scale and lag-1 correlation of the rest. W. */
export interface PowerHabit {
  readonly utcOffsetMin: number;
  readonly intervalMs: number;
  readonly midW: readonly number[];
  readonly sigmaW: number;
  readonly rho: number;
}

/** Collects a fortnight of power. */
export class PowerStudy {
  readonly #offsetMs: number;
  readonly #intervalMs: number;
  readonly #hours: number[][] = Array.from({ length: HOURS }, () => []);
  readonly #series: (readonly [hour: number, powerW: number])[] = [];

  constructor(utcOffsetMin: number, intervalMs: number) {
    this.#offsetMs = utcOffsetMin * MINUTE_MS;
    this.#intervalMs = intervalMs;
  }

  take(utcMs: number, powerW: number | null): void {
    if (powerW === null) return;
    const hour = hourOf(utcMs + this.#offsetMs);
    this.#hours[hour]?.push(powerW);
    this.#series.push([hour, powerW]);
  }

  habit(): PowerHabit {
    const midW = this.#hours.map(median);
    const residuals = this.#series.map(([hour, powerW]) => powerW - (midW[hour] ?? 0));
    const sigmaW = Math.max(1, median(residuals.map(Math.abs)) / MAD_SHARE);
    const clipped = residuals.map((residual) => Math.max(-4, Math.min(4, residual / sigmaW)));
    let pairs = 0;
    let squares = 0;
    for (const [index, value] of clipped.entries()) {
      squares += value * value;
      if (index > 0) pairs += value * (clipped[index - 1] ?? 0);
    }
    return {
      utcOffsetMin: this.#offsetMs / MINUTE_MS,
      intervalMs: this.#intervalMs,
      midW,
      sigmaW,
      rho: squares > 0 ? Math.min(0.999, Math.max(0, pairs / squares)) : 0,
    };
  }
}

/** The power above habit, in deviations. */
export function excessOf({ utcOffsetMin, midW, sigmaW }: PowerHabit, utcMs: number, powerW: number): number {
  return (powerW - (midW[hourOf(utcMs + utcOffsetMin * MINUTE_MS)] ?? 0)) / sigmaW;
}

function hourOf(localMs: number): number {
  return Math.floor((localMs % DAY_MS) / HOUR_MS);
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}
