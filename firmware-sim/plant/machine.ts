import { seededRandom } from "@sealwatch/platform";
import { ornsteinUhlenbeck } from "./ornstein-uhlenbeck.ts";
import { addTo, type PhaseLoad, tangentOf } from "./phase-load.ts";
import type { MachineConfig } from "./plant-config.ts";

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** Power factor of an induction motor that is not yet turning. */
const INRUSH_POWER_FACTOR = 0.35;
const INRUSH_SINE = Math.sqrt(1 - INRUSH_POWER_FACTOR ** 2);
/** Share of the shaft load that is there from the first turn; the rest comes with run-up. */
const LOAD_AT_START = 0.4;
/** Share of the rated reactive power that magnetises the motor, whatever its load. */
const MAGNETISING_SHARE = 0.6;

/** A motor with its contactor. Ordered on, it runs its duty cycle; every run begins with inrush and run-up. */
export interface Machine {
  readonly id: string;
  readonly running: boolean;
  /** When its duty cycle switches it next; Infinity while it is ordered off. */
  readonly nextSwitchMs: number;
  readonly vocMlPerHour: number;
  readonly waterLPerHour: number;
  order(on: boolean, atMs: number): void;
  /** Follows the duty cycle when its moment has come. */
  switchIfDue(atMs: number): void;
  /** Moves on over a step without a switch in it and returns the mean power, in watts. */
  advance(fromMs: number, toMs: number): number;
  /** Adds the power of this instant, times `scale`. */
  addTo(site: PhaseLoad, atMs: number, scale?: number): void;
}

/** Builds a machine that stands still. */
export function createMachine(config: MachineConfig, seed: number): Machine {
  const duty = seededRandom(seed, `duty ${config.id}`);
  const load = ornsteinUhlenbeck(
    config.loadNoise.deviation,
    config.loadNoise.tauMin * MINUTE_MS,
    seededRandom(seed, `load ${config.id}`),
  );
  const curve = startCurve(config);
  const balanceSum = config.balance.reduce((sum, share) => sum + share, 0);
  const ratedVar = config.ratedW * tangentOf(config.powerFactor);
  const { onMin, offMin, jitterShare } = config.dutyCycle;
  let startedMs = Number.NaN;
  let running = false;
  let nextSwitchMs = Number.POSITIVE_INFINITY;

  const lasting = (minutes: number) => minutes * MINUTE_MS * (1 + jitterShare * (2 * duty.uniform() - 1));
  const run = (on: boolean, atMs: number) => {
    running = on;
    if (on) startedMs = atMs;
    nextSwitchMs = offMin === 0 ? Number.POSITIVE_INFINITY : atMs + lasting(on ? onMin : offMin);
  };
  return {
    id: config.id,
    vocMlPerHour: config.vocMlPerHour,
    waterLPerHour: config.waterLPerHour,
    get running() {
      return running;
    },
    get nextSwitchMs() {
      return nextSwitchMs;
    },
    order(on, atMs) {
      const ordered = running || nextSwitchMs !== Number.POSITIVE_INFINITY;
      if (on && !ordered) run(true, atMs);
      if (on) return;
      running = false;
      nextSwitchMs = Number.POSITIVE_INFINITY;
    },
    switchIfDue(atMs) {
      if (atMs >= nextSwitchMs) run(!running, atMs);
    },
    advance(fromMs, toMs) {
      if (!running) return 0;
      const meanLoad = Math.max(0, 1 + load.advance(toMs - fromMs));
      const [ramp, inrush] = curve.mean(fromMs - startedMs, toMs - startedMs);
      return config.ratedW * ramp * meanLoad + inrush * INRUSH_POWER_FACTOR;
    },
    addTo(site, atMs, scale = 1) {
      if (!running) return;
      const [ramp, inrushVa] = curve.at(atMs - startedMs);
      const loadShare = ramp * Math.max(0, 1 + load.value);
      const powerW = config.ratedW * loadShare + inrushVa * INRUSH_POWER_FACTOR;
      const reactiveShare = MAGNETISING_SHARE + (1 - MAGNETISING_SHARE) * loadShare ** 2;
      const reactiveVar = ratedVar * reactiveShare + inrushVa * INRUSH_SINE;
      for (const [index, share] of config.balance.entries())
        addTo(site, index, (scale * powerW * share) / balanceSum, (scale * reactiveVar * share) / balanceSum);
    },
  };
}

/** Share of the shaft load, and apparent power of the inrush in VA, by milliseconds since the start: at a moment, and on average. */
function startCurve({ ratedW, powerFactor, inrush, runUpS }: MachineConfig) {
  const inrushVa = (inrush.multiple - 1) * (ratedW / powerFactor);
  const decayMs = inrush.decayS * SECOND_MS;
  const runUpMs = runUpS * SECOND_MS;
  const curve = (runUp: number, decay: number): [ramp: number, inrushVa: number] => [
    1 - (1 - LOAD_AT_START) * runUp,
    inrushVa * decay,
  ];
  return {
    at: (age: number) => curve(Math.exp(-age / runUpMs), Math.exp(-age / decayMs)),
    mean: (from: number, to: number) =>
      curve(meanExponential(from, to, runUpMs), meanExponential(from, to, decayMs)),
  };
}

/** The mean of exp(-t/τ) between two moments. */
function meanExponential(from: number, to: number, tau: number): number {
  return (Math.exp(-from / tau) * -Math.expm1(-(to - from) / tau) * tau) / (to - from);
}
