import { type AmbientLoad, ambientLoad } from "./ambient-load.ts";
import { type IdleFloor, idleFloor } from "./idle-floor.ts";
import type { Machine } from "./machine.ts";
import type { FeederMeasurands } from "./measurands.ts";
import { addAll, PHASES, phaseLoad } from "./phase-load.ts";
import { INCOMER, type PlantConfig } from "./plant-config.ts";
import { type SiteConditions, WHOLE_SITE } from "./site-conditions.ts";
import { type Busbar, writeElectrical } from "./write-electrical.ts";

const WATT_MS_PER_KWH = 3.6e9;

/** What a feeder is built of: the whole plant, of which it takes what hangs on it. */
interface FeederParts {
  readonly config: PlantConfig;
  readonly id: string;
  /** All machines of the plant. */
  readonly machines: readonly Machine[];
  readonly conditions: SiteConditions;
  readonly seed: number;
  readonly startMs: number;
  /** Where it writes what a meter sees. */
  readonly seen: FeederMeasurands;
}

/** A stretch of time without a switch in it. */
interface FeederStep {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lightsOn: boolean;
  readonly mainsPresent: boolean;
}

/** The loads that hang on one feeder, and what a meter there sees of them and of the feeders that it carries. */
export class Feeder {
  readonly id: string;
  /** At the instant that was last observed; written in place. */
  readonly seen: FeederMeasurands;
  readonly load = phaseLoad();
  readonly #machines: readonly Machine[];
  readonly #floor: IdleFloor;
  readonly #ambient: AmbientLoad;
  readonly #conditions: SiteConditions;
  #ambientW = 0;
  #importKwh: number;
  #importL1Kwh: number;

  constructor({ config, id, machines, conditions, seed, startMs, seen }: FeederParts) {
    this.id = id;
    this.seen = seen;
    this.#conditions = conditions;
    const own = partOf(config, id);
    const ids = own.machines.map((machine) => machine.id);
    this.#machines = machines.filter((machine) => ids.includes(machine.id));
    this.#floor = idleFloor(own.idle, seed, id === INCOMER ? "idle" : `idle ${id}`);
    this.#ambient = ambientLoad(own, conditions, seed, startMs);
    this.#importKwh = own.importKwhAtStart;
    this.#importL1Kwh = own.importKwhAtStart / PHASES.length;
  }

  /** When its heater switches next. */
  get nextSwitchMs(): number {
    return this.#ambient.nextSwitchMs;
  }

  /** Follows weather and conditions up to `atMs`. */
  follow(atMs: number, temperatureC: number, humidityPercent: number): void {
    this.#ambientW = this.#ambient.follow(atMs, temperatureC, humidityPercent);
  }

  /** Moves its loads on and counts their energy with what it carries; returns the mean power that its meter sees, in watts. */
  advance({ fromMs, toMs, lightsOn, mainsPresent }: FeederStep, carriedW = 0): number {
    const stepMs = toMs - fromMs;
    const conditions = this.#conditions;
    const floorW = this.#floor.advance(stepMs, lightsOn);
    const metered = mainsPresent && !conditions.isBypassed(WHOLE_SITE);
    let meanW = metered ? Math.max(0, floorW + this.#ambientW) * conditions.sagShare ** 2 : 0;
    for (const machine of this.#machines) {
      const machineW = machine.advance(fromMs, toMs) * conditions.scaleOf(machine.id);
      if (!conditions.isBypassed(machine.id)) meanW += machineW;
    }
    meanW += carriedW;
    this.#importKwh += (meanW * stepMs) / WATT_MS_PER_KWH;
    this.#importL1Kwh += (meanW * this.#shareOfL1() * stepMs) / WATT_MS_PER_KWH;
    return meanW;
  }

  /** Adds up its load of this instant and that of the feeders it carries, which have been added up before. */
  addUp(nowMs: number, lightsOn: boolean, carried: readonly Feeder[] = []): void {
    this.load.powerW.fill(0);
    this.load.reactiveVar.fill(0);
    this.#addOwn(nowMs, lightsOn);
    for (const feeder of carried) addAll(this.load, feeder.load);
  }

  /** Writes what its meter sees. */
  observe(busbar: Busbar): void {
    writeElectrical(this.seen, this.load, busbar);
    this.seen.importKwh = this.#importKwh;
    this.seen.importL1Kwh = this.#importL1Kwh;
  }

  /** Lamps and heaters draw less at a lower voltage, motors do not. What is bypassed no meter sees. */
  #addOwn(nowMs: number, lightsOn: boolean): void {
    const conditions = this.#conditions;
    if (conditions.isBypassed(WHOLE_SITE)) return;
    this.#floor.addTo(this.load, lightsOn);
    this.#ambient.addTo(this.load);
    for (const index of PHASES.keys())
      this.load.powerW[index] = (this.load.powerW[index] ?? 0) * conditions.sagShare ** 2;
    for (const machine of this.#machines)
      if (!conditions.isBypassed(machine.id)) machine.addTo(this.load, nowMs, conditions.scaleOf(machine.id));
  }

  /** As last looked at: the load is balanced enough for it to change little within a step. */
  #shareOfL1(): number {
    return this.seen.powerW > 0 ? this.seen.powerL1W / this.seen.powerW : 1 / PHASES.length;
  }
}

/** What of the plant hangs on a feeder itself. Lights and leakage are the incomer's. */
function partOf(config: PlantConfig, id: string): PlantConfig {
  const isOn = ({ feeder }: { readonly feeder: string }): boolean => feeder === id;
  const { heater, occasional, machines, idle } = config;
  const own = {
    ...config,
    heater: heater && isOn(heater) ? heater : undefined,
    occasional: occasional.filter(isOn),
    machines: machines.filter(isOn),
    idle: { ...idle, loads: idle.loads.filter(isOn) },
  };
  const below = config.feeders.find((feeder) => feeder.id === id);
  if (!below) return own;
  const { importKwhAtStart, wander, noise, whiteW } = below;
  const lights = { ...idle.lights, powerW: 0 };
  return {
    ...own,
    importKwhAtStart,
    leakage: undefined,
    idle: { ...own.idle, lights, wander, noise, whiteW },
  };
}
