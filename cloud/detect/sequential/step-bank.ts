import { shortNumber } from "../short-number.ts";
import { HUBER, huberLoss } from "./huber.ts";

/** Noise of a channel as two Ornstein-Uhlenbeck processes: what relaxes within minutes, and the wander of hours and days. */
interface TwoScaleNoise {
  /** Of the fast part; its scale comes with each value, and to it comes what wanders from hour to hour. */
  readonly fastTauMs: number;
  readonly fastExtraSigma: number;
  readonly wanderSigma: number;
  readonly wanderTauMs: number;
  /** How far the wander may have gone when nothing was seen for long; its own scale unless told. */
  readonly unseenSigma?: number;
}

/** How a bank judges: fixed while the baseline and the sampling stay the same. */
export interface StepBankPlan {
  readonly stepMs: number;
  readonly noise: TwoScaleNoise;
  /** The least scale an innovation is held to have. */
  readonly innovationFloor: number;
  /** As far as quiet days leap at once: what leaps no further is followed, and says little. 0: they do not. */
  readonly habitual: number;
  /** The sizes of step that are looked for. */
  readonly sizes: readonly number[];
  readonly weak: number;
  readonly strong: number;
}

/** One hypothesis: a step of this lane's size happened at `onsetMs`. Rounded, so that it stays small as JSON. */
interface StepLane {
  /** Log-likelihood ratio since the onset, nats; 0: no onset. */
  s: number;
  /** Estimates of both parts of the noise if the step is real. */
  fast: number;
  wander: number;
  onsetMs: number;
  n: number;
  /** Sum of what was measured above the baseline and above the wander: coming back from a dip is no rise. */
  sum: number;
}

/** A running bank: a Kalman filter of the noise without a step, its covariance, and a lane for each size. */
export interface StepBank {
  lastMs: number | null;
  lastMid: number;
  fast: number;
  wander: number;
  /** Covariance of the two estimates: fast, both, wander. */
  cov: [number, number, number];
  lanes: StepLane[];
}

/** A value of the bank, as its excess over the baseline, with the scale of the fast noise at that time. */
export interface StepValue {
  readonly fromMs: number;
  readonly toMs: number;
  readonly excess: number;
  /** What was expected: where it falls at the full hour, the power itself does not. */
  readonly mid: number;
  readonly sigma: number;
}

/** No single value is proof: two are. Nats. */
const LLR_STEP_MAX = 12;
/** What happens once a day says no more than that, whatever the noise between makes of it: ln 1440. */
const LLR_HABITUAL_MAX = 7;
/** How far past `strong` a lane may run, so that it also comes down again. */
const HEADROOM = 4;
/** A fall by the size of a step must be likelier than none by so many nats. */
const BACK_MIN = 8;
/** A hole of this many relaxation times is long. */
const UNSEEN_SHARE = 0.5;
/** The filter knows nothing more after a hole of this many relaxation times. */
const EXPONENT_MAX = 50;

/** A bank that has seen nothing. */
export function initialStepBank(): StepBank {
  return { lastMs: null, lastMid: 0, fast: 0, wander: 0, cov: [0, 0, 0], lanes: [] };
}

/** Lorden's bound: a likelihood-ratio CUSUM with threshold h has a mean time between false alarms of e^h steps at least. */
export function bankThreshold(lanes: number, steps: number, guard: number): number {
  return Math.log(Math.max(2, steps)) + Math.log(Math.max(1, lanes)) + guard;
}

/**
 * Takes one value. Each lane adds the log-likelihood ratio of its step against none, both whitened by the same filter; a lane at
 * zero, or one whose step is likelier to have come just now, starts again from the filter without a step, so every moment is a
 * possible onset (Page 1954, Lai 1998).
 */
export function stepBank(bank: StepBank, plan: StepBankPlan, value: StepValue): void {
  const gain = predict(bank, plan, value);
  const { excess, fromMs, toMs } = value;
  const e0 = excess - bank.fast - bank.wander;
  const before = { fast: bank.fast, wander: bank.wander };
  while (bank.lanes.length < plan.sizes.length)
    bank.lanes.push({ s: 0, ...before, onsetMs: 0, n: 0, sum: 0 });
  const most = Math.abs(e0) <= plan.habitual ? LLR_HABITUAL_MAX : LLR_STEP_MAX;
  const loss0 = huberLoss(e0 / gain.scale);
  for (const [index, lane] of bank.lanes.entries()) {
    const size = plan.sizes[index] ?? 0;
    const gained = (estimate: { fast: number; wander: number }): number => {
      const e1 = excess - size - estimate.fast - estimate.wander;
      return Math.min(most, Math.max(-LLR_STEP_MAX, loss0 - huberLoss(e1 / gain.scale)));
    };
    const fresh = gained(before);
    const going = hasGoneBack(lane, size, excess, gain.scale) ? 0 : lane.s + gained(lane);
    if (lane.s <= 0 || fresh > going) Object.assign(lane, { s: 0, ...before, onsetMs: fromMs, n: 0, sum: 0 });
    const s = lane.n === 0 ? fresh : going;
    lane.s = shortNumber(Math.min(s, plan.strong + HEADROOM), 100);
    lane.n += 1;
    lane.sum = shortNumber(lane.sum + excess - Math.max(0, lane.wander), 1);
    correct(lane, gain, excess - size - lane.fast - lane.wander, plan.habitual);
  }
  correct(bank, gain, e0, plan.habitual);
  bank.lastMs = toMs;
  bank.lastMid = shortNumber(value.mid, 10);
}

/** True when what the lane took for a step has fallen again by as much: it is over, and says nothing more. */
function hasGoneBack({ s, fast, wander }: StepLane, size: number, excess: number, scale: number): boolean {
  const innovation = excess - size - fast - wander;
  if (s <= 0 || innovation >= 0) return false;
  return huberLoss(innovation / scale) - huberLoss((innovation + size) / scale) > BACK_MIN;
}

/** The lane that says most of those whose step has the significant size, and how strongly; strong takes two values. */
export function bankAlarm(
  { lanes }: StepBank,
  { weak, strong }: StepBankPlan,
  significant: number,
): { readonly lane: StepLane; readonly strength: "weak" | "strong" } | null {
  let best: StepLane | null = null;
  for (const lane of lanes) {
    if (lane.s < weak || lane.sum < significant * lane.n) continue;
    if (!best || lane.s > best.s) best = lane;
  }
  return best && { lane: best, strength: best.s >= strong && best.n >= 2 ? "strong" : "weak" };
}

/** Moves all estimates: what was measured shifted for a reason that says nothing about a step. */
export function shiftBank(bank: StepBank, by: number): void {
  for (const estimate of [bank, ...bank.lanes]) estimate.fast = shortNumber(estimate.fast + by, 10);
}

/** Every lane back to zero, as after a clear. */
export function resetBank(bank: StepBank): void {
  for (const lane of bank.lanes) lane.s = 0;
}

interface Gain {
  readonly scale: number;
  readonly fast: number;
  readonly wander: number;
}

/** Moves both estimates and every lane on to the value's time; the covariance is the same for all of them. */
function predict(bank: StepBank, plan: StepBankPlan, { toMs, sigma, mid }: StepValue): Gain {
  const { fastTauMs, fastExtraSigma, wanderSigma, wanderTauMs } = plan.noise;
  const fastVariance = sigma ** 2 + fastExtraSigma ** 2;
  const sinceMs = bank.lastMs === null ? Infinity : Math.max(1, toMs - bank.lastMs);
  const keepFast = Math.exp(-Math.min(EXPONENT_MAX, sinceMs / fastTauMs));
  const keepWander = Math.exp(-Math.min(EXPONENT_MAX, sinceMs / wanderTauMs));
  const fall = bank.lastMs === null ? 0 : Math.max(0, bank.lastMid - mid);
  for (const estimate of [bank, ...bank.lanes]) {
    estimate.fast *= keepFast;
    estimate.wander = estimate.wander * keepWander + fall;
  }
  const { cov } = bank;
  const fast = cov[0] * keepFast ** 2 + fastVariance * (1 - keepFast ** 2);
  const both = cov[1] * keepFast * keepWander;
  const isUnseen = sinceMs > UNSEEN_SHARE * wanderTauMs;
  const farSigma = isUnseen ? (plan.noise.unseenSigma ?? wanderSigma) : wanderSigma;
  const wander = cov[2] * keepWander ** 2 + farSigma ** 2 * (1 - keepWander ** 2) + fall ** 2;
  const variance = Math.max(fast + 2 * both + wander, plan.innovationFloor ** 2);
  const gain = { fast: (fast + both) / variance, wander: (both + wander) / variance };
  bank.cov = [
    shortNumber(Math.max(0, fast - gain.fast ** 2 * variance), 10),
    shortNumber(both - gain.fast * gain.wander * variance, 10),
    shortNumber(Math.max(0, wander - gain.wander ** 2 * variance), 10),
  ];
  return { scale: Math.sqrt(variance), ...gain };
}

/**
 * Takes the innovation into an estimate. What is too large for noise moves it no further, unless it is habit: that stays for a
 * while, as the wander does, and is followed all the way.
 */
function correct(
  estimate: { fast: number; wander: number },
  gain: Gain,
  innovation: number,
  habitual: number,
): void {
  const limit = HUBER * gain.scale;
  const size = Math.abs(innovation);
  const isHabit = size > limit && size <= habitual;
  const step = Math.min(limit, Math.max(-limit, innovation));
  estimate.fast = shortNumber(estimate.fast + (isHabit ? 0 : gain.fast * step), 10);
  estimate.wander = shortNumber(estimate.wander + (isHabit ? innovation : gain.wander * step), 10);
}
