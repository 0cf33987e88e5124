import { HOUR_MS } from "../local-time.ts";
import {
  aboveHalf,
  followSwitch,
  type SwitchBelief,
  type SwitchedLoad,
  unknownSwitch,
} from "../sequential/switch-belief.ts";
import type { LaneValue } from "../sequential/whitened-cusum.ts";
import { shortNumber } from "../short-number.ts";
import type { RiseAlarm } from "./open-rise.ts";
import type { PowerPlan } from "./power-plan.ts";

/** What was before a reading. JSON. */
export interface LeapState {
  /** The power of the lane's last value, and when that ended. */
  lastW: number;
  lastLaneMs: number | null;
  /** Whether the load that switches by itself is on. */
  belief: SwitchBelief | null;
  /** What a mistaken belief was put right by since the bank's last value. */
  mistakenW: number;
  /** How far the power fell at once within a day, be it across a hole, and when. */
  fellW: number;
  fellMs: number;
}

/** What else counts at a reading. */
interface LeapContext {
  /** How far the floor has wandered, W. */
  readonly wander: number;
  /** True shortly after the mains' return. */
  readonly isSettling: boolean;
}

/** What was switched off so long ago and is switched on again is news. */
const RETURN_MS = 24 * HOUR_MS;
const RETURN_SHARE = 0.6;
/** A fall is one when it is nearly as large as a leap must be: noise falls by half as much every day. */
const FALL_SHARE = 0.75;

/** Nothing before. */
export function initialLeap(): LeapState {
  return { lastW: 0, lastLaneMs: null, belief: null, mistakenW: 0, fellW: 0, fellMs: 0 };
}

/**
 * One reading that leaps further than twenty years of quiet would: strong by itself. It must come right after another and be a load
 * that the site can have; what the mains' return does is no leap, nor is the return of what fell within a day to its baseline.
 */
export function leapOf(
  state: LeapState,
  { fromMs, toMs, watts, midW }: LaneValue,
  plan: PowerPlan,
  { wander, isSettling }: LeapContext,
): RiseAlarm | null {
  const { lastW, lastLaneMs } = state;
  state.lastW = watts;
  state.lastLaneMs = toMs;
  const { leapW, leapMaxW, fast, significantStepW, switched } = plan;
  const follows = lastLaneMs !== null && toMs - lastLaneMs <= 1.5 * fast.stepMs;
  const riseW = watts - lastW;
  const restW = follows && switched ? takeSwitch(state, switched, riseW) : riseW;
  if (!follows) state.belief = null;
  if (leapW === null) return null;
  // Across a hole the floor may wander down without anything having been switched off.
  const fallW = Math.max(FALL_SHARE * leapW, follows ? 0 : plan.calmW);
  if (-restW >= fallW && (-riseW >= state.fellW || toMs - state.fellMs > RETURN_MS)) {
    state.fellW = -riseW;
    state.fellMs = toMs;
  }
  if (!follows || isSettling || restW < leapW || watts > leapMaxW) return null;
  const mayReturn = toMs - state.fellMs < RETURN_MS && riseW * RETURN_SHARE <= state.fellW;
  const excessW = watts - midW;
  if (mayReturn ? excessW - Math.max(0, wander) < significantStepW : excessW <= 0) return null;
  return {
    strength: "strong",
    onsetMs: fromMs,
    n: 1,
    sumW: watts,
    sumMidW: midW,
    stepW: restW,
    leapLimitW: leapW,
    llr: plan.bank.strong,
  };
}

/**
 * Takes the switch out of a difference and returns what is left. Where belief was mistaken, the level without the load moves by
 * another amount than that: so much is no news to the bank.
 */
function takeSwitch(state: LeapState, switched: SwitchedLoad, differenceW: number): number {
  const before = state.belief ?? unknownSwitch(switched);
  const { belief, rest } = followSwitch(before, switched, differenceW);
  const movedW = differenceW - (aboveHalf(belief) - aboveHalf(before));
  state.mistakenW = shortNumber(state.mistakenW + movedW - rest, 1);
  state.belief = belief;
  return rest;
}
