import { shortNumber } from "../short-number.ts";
import { huberLoss } from "./huber.ts";

/** A load that is either off or takes one power, and the scale of neighbouring differences without it: more than 0. */
export interface SwitchedLoad {
  readonly step: number;
  readonly calm: number;
}

/** What is believed of such a load. JSON. */
export interface SwitchBelief {
  /** Log odds that it is on, nats: 0 is not known. */
  readonly odds: number;
  /** Its power now: a compressor takes more on a hot day. */
  readonly step: number;
}

/** What a difference leaves once the switch is taken out of it, and what is believed afterwards. */
export interface SwitchReading {
  readonly belief: SwitchBelief;
  /** What of the difference stays unexplained, at the least. */
  readonly rest: number;
}

/** A switch a step, at most: ln 10 nats against it. */
const SWITCH_COST = Math.log(10);
/** Beyond this a load is held to be on or off for certain, nats. */
const CERTAIN = 10;
const ODDS_MAX = 16;
/** Values are no less noisy than this many scales of their differences. */
const CALM_SCALE_MIN = 2;
/** How fast the step follows, a switch, and how far from where it was learned: no further than what matters nowhere. */
const STEP_GAIN = 1 / 16;
const STEP_DRIFT_SHARE = 0.3;

/** Nothing known of a load but its size. */
export function unknownSwitch({ step }: SwitchedLoad): SwitchBelief {
  return { odds: 0, step };
}

/**
 * Takes the difference of two neighbouring values. A load that is certainly on cannot come on, nor one that is off go off: then a
 * difference of its size is something else. A hidden Markov chain of two states, filtered (Baum 1966).
 */
export function followSwitch(
  { odds, step }: SwitchBelief,
  load: SwitchedLoad,
  difference: number,
): SwitchReading {
  const { calm } = load;
  const [stay, comesOn, goesOff] = [
    huberLoss(difference / calm),
    SWITCH_COST + huberLoss((difference - step) / calm),
    SWITCH_COST + huberLoss((difference + step) / calm),
  ];
  const [on, off] = [-softplus(-odds), -softplus(odds)];
  const next = logAdd(on - stay, off - comesOn) - logAdd(off - stay, on - goesOff);
  const switches = [0, odds < CERTAIN ? step : 0, odds > -CERTAIN ? -step : 0];
  let rest = difference;
  for (const switched of switches)
    if (Math.abs(difference - switched) < Math.abs(rest)) rest = difference - switched;
  const grew = Math.sign(difference) * rest;
  const hasSwitched = rest !== difference && Math.min(comesOn, goesOff) < stay;
  return {
    belief: {
      odds: shortNumber(Math.min(ODDS_MAX, Math.max(-ODDS_MAX, next)), 100),
      step: hasSwitched ? drifted(step + STEP_GAIN * grew, load) : step,
    },
    rest,
  };
}

function drifted(step: number, load: SwitchedLoad): number {
  const most = STEP_DRIFT_SHARE * load.step;
  return shortNumber(Math.min(load.step + most, Math.max(load.step - most, step)), 10);
}

/** The probability that the load is on. */
function shareOn({ odds }: SwitchBelief): number {
  return 1 / (1 + Math.exp(-odds));
}

/** What the load is believed to take beyond half of its power. */
export function aboveHalf(belief: SwitchBelief): number {
  return belief.step * (shareOn(belief) - 0.5);
}

/** How much of a value is not known because it is not known whether the load is on. */
export function doubt(belief: SwitchBelief): number {
  const on = shareOn(belief);
  return belief.step * Math.sqrt(on * (1 - on));
}

/** The scale of values without the load: on and off by turns, it deviates them by half a step. */
export function scaleWithout(scale: number, { step, calm }: SwitchedLoad): number {
  return Math.sqrt(Math.max(scale ** 2 - (step / 2) ** 2, (CALM_SCALE_MIN * calm) ** 2));
}

function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

function logAdd(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}
