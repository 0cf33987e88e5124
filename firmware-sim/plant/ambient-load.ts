import { addLoad, type PhaseLoad, phaseLoad } from "./phase-load.ts";
import type { PlantConfig } from "./plant-config.ts";
import type { SiteConditions } from "./site-conditions.ts";
import { thermostatHeater } from "./thermostat-heater.ts";

/** What weather and people add to the idle floor, or take from it: heater, leakage, occasional loads, a camera that died. */
export interface AmbientLoad {
  /** When the heater switches next. */
  readonly nextSwitchMs: number;
  /** Follows the weather up to `atMs` and returns the power, in watts. */
  follow(atMs: number, temperatureC: number, humidityPercent: number): number;
  /** Adds the power as last followed. */
  addTo(site: PhaseLoad): void;
}

/** Builds the ambient load of a plant, or of one of its feeders. */
export function ambientLoad(
  { heater, leakage, occasional, idle }: Pick<PlantConfig, "heater" | "leakage" | "occasional" | "idle">,
  conditions: SiteConditions,
  seed: number,
  startMs: number,
): AmbientLoad {
  const thermostat = heater ? thermostatHeater(heater, seed, startMs) : null;
  const load = phaseLoad();
  const rows = [
    ...idle.loads.map((row) => ({ ...row, normal: 1 })),
    ...occasional.map((row) => ({ ...row, normal: 0 })),
  ];
  return {
    get nextSwitchMs() {
      return thermostat?.nextSwitchMs ?? Number.POSITIVE_INFINITY;
    },
    follow(atMs, temperatureC, humidityPercent) {
      load.powerW.fill(0);
      load.reactiveVar.fill(0);
      for (const { id, powerW, powerFactor, phase, normal } of rows) {
        // The idle floor holds its own loads at their nominal power: only what differs is added.
        const share = conditions.scaleOf(id, normal) - (normal === 1 ? 1 : 0);
        if (share !== 0) addLoad(load, powerW * share, powerFactor, phase);
      }
      if (heater && thermostat?.heats(atMs, temperatureC))
        addLoad(load, heater.powerW, heater.powerFactor, heater.phase);
      if (leakage) {
        const wet = Math.max(0, humidityPercent - leakage.abovePercent);
        addLoad(load, leakage.wattsPerPercent * wet, 1, leakage.phase);
      }
      return (load.powerW[0] ?? 0) + (load.powerW[1] ?? 0) + (load.powerW[2] ?? 0);
    },
    addTo(site) {
      for (const index of [0, 1, 2]) {
        site.powerW[index] = Math.max(0, (site.powerW[index] ?? 0) + (load.powerW[index] ?? 0));
        site.reactiveVar[index] = (site.reactiveVar[index] ?? 0) + (load.reactiveVar[index] ?? 0);
      }
    },
  };
}
