import { type Random, seededRandom } from "@sealwatch/platform";
import { type OrnsteinUhlenbeck, ornsteinUhlenbeck } from "./ornstein-uhlenbeck.ts";
import { addLoad, addTo, PHASES, type PhaseLoad, phaseLoad } from "./phase-load.ts";
import type { PlantConfig } from "./plant-config.ts";

const MINUTE_MS = 60_000;

/** What a closed site still draws: gateway, cameras, standby, lights at night, and all their noise. */
export interface IdleFloor {
  /** Moves the noise on and returns the mean power of the step, in watts. */
  advance(stepMs: number, lightsOn: boolean): number;
  /** Adds the power of this instant. */
  addTo(site: PhaseLoad, lightsOn: boolean): void;
}

interface Phase {
  readonly wander: OrnsteinUhlenbeck;
  readonly noise: OrnsteinUhlenbeck;
  readonly whiteW: number;
  readonly random: Random;
}

/** Builds the floor; each phase carries a third of the noise's variance, from its own stream, which is named after `stream`. */
export function idleFloor(config: PlantConfig["idle"], seed: number, stream = "idle"): IdleFloor {
  const dark = phaseLoad();
  const lit = phaseLoad();
  for (const load of config.loads) {
    addLoad(dark, load.powerW, load.powerFactor, load.phase);
    addLoad(lit, load.powerW, load.powerFactor, load.phase);
  }
  addLoad(lit, config.lights.powerW, config.lights.powerFactor, config.lights.phase);
  const phases = PHASES.map((name) => noisyPhase(config, seed, stream, name));
  return {
    advance(stepMs, lightsOn) {
      const steady = (lightsOn ? lit : dark).powerW;
      let meanW = 0;
      for (const [index, { wander, noise }] of phases.entries())
        meanW += Math.max(0, (steady[index] ?? 0) + wander.advance(stepMs) + noise.advance(stepMs));
      return meanW;
    },
    addTo(site, lightsOn) {
      const steady = lightsOn ? lit : dark;
      for (const [index, { wander, noise, whiteW, random }] of phases.entries()) {
        const steadyW = steady.powerW[index] ?? 0;
        const powerW = Math.max(0, steadyW + wander.value + noise.value + whiteW * random.normal());
        const tangent = steadyW > 0 ? (steady.reactiveVar[index] ?? 0) / steadyW : 0;
        addTo(site, index, powerW, powerW * tangent);
      }
    },
  };
}

function noisyPhase(config: PlantConfig["idle"], seed: number, stream: string, name: string): Phase {
  const process = (label: string, { deviation, tauMin }: { deviation: number; tauMin: number }) =>
    ornsteinUhlenbeck(
      deviation / Math.sqrt(PHASES.length),
      tauMin * MINUTE_MS,
      seededRandom(seed, `${stream} ${label} ${name}`),
    );
  return {
    wander: process("wander", config.wander),
    noise: process("noise", config.noise),
    whiteW: config.whiteW / Math.sqrt(PHASES.length),
    random: seededRandom(seed, `${stream} white ${name}`),
  };
}
