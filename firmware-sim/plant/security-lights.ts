import { seededRandom } from "@sealwatch/platform";
import { localTime, utcOf } from "./local-day.ts";
import type { PlantConfig } from "./plant-config.ts";

/** Whether the lights burn, and when that changes next (simulated UTC). */
export interface LightState {
  readonly on: boolean;
  readonly nextSwitchMs: number;
}

type LightConfig = Pick<PlantConfig["idle"]["lights"], "dusk" | "dawn" | "jitterMin">;

/** Lights on from dusk to dawn; each day's photocell moves both by its own jitter. A pure function of seed and time. */
export function securityLights(config: LightConfig, utcOffsetMin: number, seed: number) {
  const switchesOf = (day: number) => {
    const random = seededRandom(seed, `lights ${day}`);
    const jitter = () => (2 * random.uniform() - 1) * config.jitterMin;
    return { dawn: config.dawn + jitter(), dusk: config.dusk + jitter() };
  };
  return (atMs: number): LightState => {
    const { day } = localTime(atMs, utcOffsetMin);
    const { dawn, dusk } = switchesOf(day);
    const at = (whichDay: number, whichMinute: number) =>
      utcOf({ day: whichDay, minute: whichMinute }, utcOffsetMin);
    // Compared in UTC milliseconds, so that the state has changed exactly when nextSwitchMs comes.
    if (atMs < at(day, dawn)) return { on: true, nextSwitchMs: at(day, dawn) };
    if (atMs < at(day, dusk)) return { on: false, nextSwitchMs: at(day, dusk) };
    return { on: true, nextSwitchMs: at(day + 1, switchesOf(day + 1).dawn) };
  };
}
