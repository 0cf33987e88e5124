import { seededRandom } from "@sealwatch/platform";
import { ornsteinUhlenbeck } from "./ornstein-uhlenbeck.ts";
import { PHASES } from "./phase-load.ts";
import type { PlantConfig } from "./plant-config.ts";

const MINUTE_MS = 60_000;

/** The grid at the incomer. */
export interface Supply {
  advance(stepMs: number): void;
  /** Phase voltage under `apparentVa` of load on that phase: the source's impedance lets it sag. */
  voltageV(phase: number, apparentVa: number): number;
  frequencyHz(): number;
}

/** A grid whose voltage wanders for all phases together and a little for each. */
export function createSupply(config: PlantConfig["supply"], seed: number): Supply {
  const process = (label: string, { deviation, tauMin }: { deviation: number; tauMin: number }) =>
    ornsteinUhlenbeck(deviation, tauMin * MINUTE_MS, seededRandom(seed, `supply ${label}`));
  const wander = process("wander", config.wander);
  const phases = PHASES.map((name) => process(`phase ${name}`, config.phaseNoise));
  const frequency = process("frequency", config.frequencyNoise);
  return {
    advance(stepMs) {
      wander.advance(stepMs);
      frequency.advance(stepMs);
      for (const phase of phases) phase.advance(stepMs);
    },
    voltageV(phase, apparentVa) {
      const openV = config.nominalV * (1 + wander.value + (phases[phase]?.value ?? 0));
      return openV - config.sourceOhm * (apparentVa / openV);
    },
    frequencyHz: () => config.frequencyHz + frequency.value,
  };
}
