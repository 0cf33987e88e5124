import { excessOf, type PowerHabit } from "./power-habit.ts";

/** Power readings in, a statistic out: an alarm is when it exceeds a threshold. -Infinity: not judged now. */
export type Statistic = (utcMs: number, powerW: number) => number;

/** A detector that sees power alone. */
export interface Peer {
  readonly name: string;
  /** The threshold that its users take; null: it is calibrated. */
  readonly threshold: number | null;
  create(habit: PowerHabit, formerLoadW: number): Statistic;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const EWMA_WEIGHT = 0.2;
const WHITENED_ALLOWANCE = 1.5;
/** Deviations are cut off here, so that one reading is not remembered for weeks. */
const CUT = 50;

const cusum = (k: number): Peer => ({
  name: `cusum-k${k}`,
  threshold: null,
  create(habit) {
    let s = 0;
    return (utcMs, powerW) => {
      s = Math.max(0, s + Math.min(CUT, excessOf(habit, utcMs, powerW)) - k);
      return s;
    };
  },
});

/** What neighbours use, and what a statistician would try. */
export const PEERS: readonly Peer[] = [
  {
    name: "fixed-threshold",
    threshold: null,
    create: (habit) => (utcMs, powerW) => excessOf(habit, utcMs, powerW),
  },
  {
    name: "two-of-three",
    threshold: null,
    create(habit) {
      let [before, last] = [-CUT, -CUT];
      return (utcMs, powerW) => {
        const now = excessOf(habit, utcMs, powerW);
        const second = [before, last, now].sort((a, b) => b - a)[1] ?? now;
        [before, last] = [last, now];
        return second;
      };
    },
  },
  {
    name: "ewma-0.2",
    threshold: null,
    create(habit) {
      let mean = 0;
      return (utcMs, powerW) => {
        mean += EWMA_WEIGHT * (excessOf(habit, utcMs, powerW) - mean);
        return mean;
      };
    },
  },
  cusum(2),
  cusum(3),
  {
    name: "whitened-cusum-k1.5",
    threshold: null,
    create(habit) {
      const whitened = whiten(habit);
      let s = 0;
      return (utcMs, powerW) => {
        s = Math.max(0, s + whitened(utcMs, powerW) - WHITENED_ALLOWANCE);
        return s;
      };
    },
  },
  { name: "glr-24h", threshold: null, create: glr },
  {
    name: "utilities-30-percent",
    threshold: 0.3,
    create(habit, formerLoadW) {
      const offsetMs = habit.utcOffsetMin * MINUTE_MS;
      let day = Number.NaN;
      let [n, sumW] = [0, 0];
      return (utcMs, powerW) => {
        const today = Math.floor((utcMs + offsetMs) / DAY_MS);
        const share = today !== day && n > 0 ? sumW / n / formerLoadW : Number.NEGATIVE_INFINITY;
        if (today !== day) [n, sumW] = [0, 0];
        day = today;
        n += 1;
        sumW += powerW;
        return share;
      };
    },
  },
];

/** The likelihood-ratio CUSUM that knows by how much the power will rise, as a share of the former load. */
export function clairvoyant(share: number): Peer {
  return {
    name: clairvoyantName(share),
    threshold: null,
    create(habit, formerLoadW) {
      const shift = (share * formerLoadW) / habit.sigmaW;
      const scale = Math.sqrt(1 - habit.rho ** 2);
      const [first, later] = [shift / scale, (shift * (1 - habit.rho)) / scale];
      // What it knows of the size makes outliers harmless: they are cut off nowhere.
      const whitened = whiten(habit, Number.POSITIVE_INFINITY);
      let s = 0;
      return (utcMs, powerW) => {
        const innovation = whitened(utcMs, powerW);
        // The rise shows whole in the first innovation, and in later ones what is not predicted of it.
        const going = s > 0 ? s + later * (innovation - later / 2) : 0;
        const beginning = first * (innovation - first / 2);
        s = Math.max(0, going, beginning);
        return s;
      };
    },
  };
}

export function clairvoyantName(share: number): string {
  return `clairvoyant-${Math.round(share * 100)}-percent`;
}

/** Innovations of the excess by an AR(1) of the habit's correlation, in deviations. */
function whiten(habit: PowerHabit, cut = CUT): Statistic {
  const scale = Math.sqrt(1 - habit.rho ** 2);
  let before = 0;
  return (utcMs, powerW) => {
    const excess = excessOf(habit, utcMs, powerW);
    const innovation = (excess - habit.rho * before) / scale;
    before = excess;
    return Math.min(cut, Math.max(-cut, innovation));
  };
}

/** The generalised likelihood ratio of a rise that began within 24 h: windows in steps of √2. */
function glr(habit: PowerHabit): Statistic {
  const longest = Math.max(1, Math.round(DAY_MS / habit.intervalMs));
  const windows = [...new Set(Array.from({ length: 40 }, (_, i) => Math.round(2 ** (i / 2))))].filter(
    (window) => window <= longest,
  );
  const size = longest + 1;
  const sums = new Float64Array(size);
  const whitened = whiten(habit);
  let [count, sum] = [0, 0];
  return (utcMs, powerW) => {
    sum += whitened(utcMs, powerW);
    count += 1;
    sums[count % size] = sum;
    let best = 0;
    for (const window of windows) {
      if (window > count) break;
      const rise = sum - (sums[(count - window) % size] ?? 0);
      if (rise > 0) best = Math.max(best, (rise * rise) / (2 * window));
    }
    return best;
  };
}
