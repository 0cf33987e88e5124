/** A load that is either off or takes one power, and the scale of neighbouring differences without it. */
export interface SwitchedLoad {
  readonly step: number;
  readonly calm: number;
}

/** Log odds, in nats, that such a load is on: 0 is not known. */
export type SwitchBelief = number;

/** What a difference leaves once the switch is taken out of it, and what is believed afterwards. */
export interface SwitchReading {
  readonly belief: SwitchBelief;
  /** What of the difference stays unexplained, at the least. */
  readonly rest: number;
}

/** A switch a step, at most: ln 10 nats against it. */
const SWITCH_COST = Math.log(10);
/** Differences beyond this many deviations count linearly (Huber 1964): tails are heavier than the normal one. */
const HUBER = 3;
/** Beyond this a load is held to be on or off for certain: e⁻¹⁰ a switch, some in ten years. */
const CERTAIN = 10;
const BELIEF_MAX = 12;

/**
 * Takes the difference of two neighbouring values. A load that is certainly on cannot come on, nor one that is off go off: then a
 * difference of its size is something else. A hidden Markov chain of two states, filtered (Baum 1966).
 */
export function followSwitch(
  belief: SwitchBelief,
  { step, calm }: SwitchedLoad,
  difference: number,
): SwitchReading {
  const [stay, comesOn, goesOff] = [
    cost(difference / calm),
    SWITCH_COST + cost((difference - step) / calm),
    SWITCH_COST + cost((difference + step) / calm),
  ];
  const [on, off] = [-softplus(-belief), -softplus(belief)];
  const next = logAdd(on - stay, off - comesOn) - logAdd(off - stay, on - goesOff);
  const switches = [belief < CERTAIN ? step : 0, belief > -CERTAIN ? -step : 0];
  const rests = switches.map((switched) => difference - switched);
  return {
    belief: Math.round(100 * Math.min(BELIEF_MAX, Math.max(-BELIEF_MAX, next))) / 100 + 0,
    rest: rests.reduce((least, rest) => (Math.abs(rest) < Math.abs(least) ? rest : least), difference),
  };
}

/** The probability that the load is on. */
export function shareOn(belief: SwitchBelief): number {
  return 1 / (1 + Math.exp(-belief));
}

function cost(z: number): number {
  const size = Math.abs(z);
  return size <= HUBER ? (size * size) / 2 : HUBER * (size - HUBER / 2);
}

function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

function logAdd(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}
