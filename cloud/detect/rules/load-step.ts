/** What one meter showed at one moment; null: it does not measure that, or has not said it yet. */
export interface MeterSample {
  readonly atMs: number;
  /** By phase: watts, or volt-amperes where only currents are known. */
  loads: [number | null, number | null, number | null];
  totalW: number | null;
  powerFactor: number | null;
  reactiveVar: number | null;
  /** Of one phase: what the grid does shows in it. */
  volts: number | null;
}

/** A load that came or went between two moments, on all three phases. */
export interface LoadStep {
  /** Of all phases together; below 0 where it went. */
  readonly watts: number;
  /** The smallest change of a phase. */
  readonly leastW: number;
  /** The smallest change of a phase over the largest: 1 is balanced. */
  readonly balance: number;
  /** Of what came or went, not of the site; null: nobody measures it. */
  readonly powerFactor: number | null;
  /** Change of the voltage as a share of it. */
  readonly voltageShare: number;
}

const VOLTS_MIN = 20;

/** A sample nobody has said anything of. */
export function emptySample(atMs: number): MeterSample {
  const nothing = { totalW: null, powerFactor: null, reactiveVar: null, volts: null };
  return { atMs, loads: [null, null, null], ...nothing };
}

/** The step between two samples; null where the three phases did not move the same way. */
export function loadStep(before: MeterSample, after: MeterSample): LoadStep | null {
  let [least, most, sum] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let phase = 0; phase < 3; phase++) {
    const [from, to] = [before.loads[phase], after.loads[phase]];
    if (typeof from !== "number" || typeof to !== "number") return null;
    const change = to - from;
    if (change * sum < 0 || change === 0) return null;
    least = Math.min(least, Math.abs(change));
    most = Math.max(most, Math.abs(change));
    sum += change;
  }
  const total = difference(before.totalW, after.totalW);
  const watts = total ?? sum;
  const reactive = difference(reactiveOf(before), reactiveOf(after));
  const powerFactor =
    total === null || reactive === null ? null : Math.abs(total) / Math.hypot(total, reactive);
  return {
    watts,
    leastW: least,
    balance: least / most,
    powerFactor: powerFactor !== null && Number.isFinite(powerFactor) ? powerFactor : null,
    voltageShare: voltageShare(before.volts, after.volts),
  };
}

function difference(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from;
}

/** Meters disagree about the sign of a power factor: what leads and what lags is not told apart. */
function reactiveOf({ totalW, powerFactor, reactiveVar }: MeterSample): number | null {
  if (reactiveVar !== null) return reactiveVar;
  const size = Math.min(1, Math.abs(powerFactor ?? 0));
  if (totalW === null || size === 0) return null;
  return Math.abs(totalW) * Math.sqrt(1 / size ** 2 - 1);
}

function voltageShare(from: number | null, to: number | null): number {
  return from === null || to === null || from < VOLTS_MIN ? 0 : (to - from) / from;
}
