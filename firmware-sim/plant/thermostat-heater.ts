import { seededRandom } from "@sealwatch/platform";
import type { PlantConfig } from "./plant-config.ts";

const MINUTE_MS = 60_000;
/** Cycles are up to this much longer or shorter. */
const JITTER_SHARE = 0.2;
const DUTY_MAX = 0.95;
/** Warmer than this the thermostat does not switch on at all. */
const DUTY_MIN = 0.05;

/** A heater that cycles: the colder it is, the longer it is on. */
export interface ThermostatHeater {
  readonly nextSwitchMs: number;
  /** Whether it heats; moments must not go back. */
  heats(atMs: number, temperatureC: number): boolean;
}

/** Builds a heater that begins somewhere in its cycle. */
export function thermostatHeater(
  config: NonNullable<PlantConfig["heater"]>,
  seed: number,
  startMs: number,
): ThermostatHeater {
  const random = seededRandom(seed, "heater");
  let onUntilMs = startMs;
  let cycleEndMs = startMs + random.uniform() * config.cycleMin * MINUTE_MS;
  let heating = false;
  return {
    get nextSwitchMs() {
      return heating ? onUntilMs : cycleEndMs;
    },
    heats(atMs, temperatureC) {
      if (heating && atMs >= onUntilMs) heating = false;
      if (atMs < cycleEndMs) return heating;
      const duty = Math.min(DUTY_MAX, Math.max(0, (config.offAboveC - temperatureC) / config.spanC));
      const cycleMs = config.cycleMin * MINUTE_MS * (1 + JITTER_SHARE * (2 * random.uniform() - 1));
      cycleEndMs = atMs + cycleMs;
      onUntilMs = atMs + duty * cycleMs;
      heating = duty > DUTY_MIN;
      return heating;
    },
  };
}
