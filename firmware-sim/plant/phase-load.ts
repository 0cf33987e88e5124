import type { PhaseChoice } from "./plant-config.ts";

export const PHASES = ["L1", "L2", "L3"] as const;

/** Active and reactive power by phase, in W and var. Written in place: it is read thousands of times a second. */
export interface PhaseLoad {
  readonly powerW: Float64Array;
  readonly reactiveVar: Float64Array;
}

/** No load. */
export function phaseLoad(): PhaseLoad {
  return { powerW: new Float64Array(PHASES.length), reactiveVar: new Float64Array(PHASES.length) };
}

/** Adds `powerW` at `powerFactor` (lagging) to one phase, or a third to each. */
export function addLoad(to: PhaseLoad, powerW: number, powerFactor: number, phase: PhaseChoice): void {
  const tangent = tangentOf(powerFactor);
  for (const [index, name] of PHASES.entries()) {
    const share = phase === "all" ? powerW / PHASES.length : phase === name ? powerW : 0;
    addTo(to, index, share, share * tangent);
  }
}

/** Adds to one phase. */
export function addTo(to: PhaseLoad, index: number, powerW: number, reactiveVar: number): void {
  to.powerW[index] = (to.powerW[index] ?? 0) + powerW;
  to.reactiveVar[index] = (to.reactiveVar[index] ?? 0) + reactiveVar;
}

/** Adds all of another load. */
export function addAll(to: PhaseLoad, other: PhaseLoad): void {
  for (const index of PHASES.keys())
    addTo(to, index, other.powerW[index] ?? 0, other.reactiveVar[index] ?? 0);
}

/** Reactive over active power at a power factor. */
export function tangentOf(powerFactor: number): number {
  return Math.sqrt(1 / powerFactor ** 2 - 1);
}
