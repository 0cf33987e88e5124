import { type Random, seededRandom } from "@sealwatch/platform";
import { type Air, createAir } from "./air.ts";
import { type AmbientLoad, ambientLoad } from "./ambient-load.ts";
import { type IdleFloor, idleFloor } from "./idle-floor.ts";
import { createMachine, type Machine } from "./machine.ts";
import { type Measurands, noMeasurands } from "./measurands.ts";
import { PHASES, phaseLoad } from "./phase-load.ts";
import type { PlantConfig } from "./plant-config.ts";
import { type LightState, securityLights } from "./security-lights.ts";
import {
  CONDITION_VERBS,
  type ConditionVerb,
  isCondition,
  SiteConditions,
  WHOLE_SITE,
} from "./site-conditions.ts";
import { createSupply, type Supply } from "./supply.ts";
import { writeElectrical } from "./write-electrical.ts";

/** The longest step taken at once: what follows the sun is held constant within it. */
const STEP_MAX_MS = 300_000;
const MINUTE_MS = 60_000;
const WATT_MS_PER_KWH = 3.6e9;
const LITRE_MS_PER_M3_HOUR = 3.6e9;

export const PLANT_VERBS = [
  "start",
  "stop",
  "open",
  "close",
  "power-off",
  "power-on",
  "cut",
  "short",
  "mend",
  ...(Object.keys(CONDITION_VERBS) as ConditionVerb[]),
] as const;

/** Something a person does at the site, to a machine, a contact, the mains or the wires of a current loop. */
export interface PlantAction {
  readonly do: (typeof PLANT_VERBS)[number];
  readonly what: string;
  /** Of a condition that takes one. */
  readonly value?: number | undefined;
}

/** What was done to the two wires of a loop. */
export type LoopDamage = "cut" | "short";

/** A site's physics. Time is simulated UTC in milliseconds; all chance comes from the seed. */
export class Plant {
  /** What could be measured at this instant; written in place. */
  readonly measurands: Readonly<Measurands>;
  readonly #config: PlantConfig;
  readonly #machines: readonly Machine[];
  readonly #floor: IdleFloor;
  readonly #ambient: AmbientLoad;
  readonly #conditions = new SiteConditions();
  readonly #supply: Supply;
  readonly #air: Air;
  readonly #lightsAt: (atMs: number) => LightState;
  readonly #vocWhite: Random;
  readonly #seen = noMeasurands();
  readonly #load = phaseLoad();
  readonly #open = new Set<string>();
  readonly #damagedLoops = new Map<string, LoopDamage>();
  #lights: LightState;
  #nowMs: number;
  #mainsPresent: boolean;
  #ambientW = 0;
  #importKwh: number;
  #importL1Kwh: number;
  #waterM3: number;

  /** A closed site: contacts closed, machines still, mains present. */
  constructor(config: PlantConfig, seed: number, startMs: number) {
    this.measurands = this.#seen;
    this.#config = config;
    this.#machines = config.machines.map((machine) => createMachine(machine, seed));
    this.#floor = idleFloor(config.idle, seed);
    this.#ambient = ambientLoad(config, this.#conditions, seed, startMs);
    this.#mainsPresent = config.mainsAtStart;
    this.#supply = createSupply(config.supply, seed);
    this.#air = createAir(config.air, config.utcOffsetMin, startMs, seed);
    this.#lightsAt = securityLights(config.idle.lights, config.utcOffsetMin, seed);
    this.#vocWhite = seededRandom(seed, "voc white");
    this.#lights = this.#lightsAt(startMs);
    this.#nowMs = startMs;
    this.#importKwh = config.importKwhAtStart;
    this.#importL1Kwh = config.importKwhAtStart / PHASES.length;
    this.#waterM3 = config.waterM3AtStart;
    this.#observe();
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** The site's wall clock, as if it were UTC. */
  get localMs(): number {
    return this.#nowMs + this.#config.utcOffsetMin * MINUTE_MS;
  }

  get mainsPresent(): boolean {
    return this.#mainsPresent;
  }

  /** True for a closed contact, which is the normal state of a door or a seal. */
  contactClosed(id: string): boolean {
    return !this.#open.has(id);
  }

  /** How the wires of a contact's or transmitter's loop were damaged; null: they are whole. */
  loopDamage(id: string): LoopDamage | null {
    return this.#damagedLoops.get(id) ?? null;
  }

  /** Moves on to `toMs`, in one step or many; a moment that has passed is ignored. */
  advance(toMs: number): void {
    if (toMs <= this.#nowMs) return;
    while (this.#nowMs < toMs) this.#step(this.#stepEnd(toMs));
    this.#observe();
  }

  /** Happens now. Something that the site does not have is left alone. */
  apply(action: PlantAction): void {
    const machine = this.#machines.find(({ id }) => id === action.what);
    if (isCondition(action.do)) this.#setCondition(action.do, action.what, action.value ?? 0);
    if (action.do === "start" && (this.#mainsPresent || this.#conditions.isBypassed(action.what)))
      machine?.order(true, this.#nowMs);
    if (action.do === "stop") machine?.order(false, this.#nowMs);
    if (action.do === "open") this.#open.add(action.what);
    if (action.do === "close") this.#open.delete(action.what);
    if (action.do === "cut" || action.do === "short") this.#damagedLoops.set(action.what, action.do);
    if (action.do === "mend") this.#damagedLoops.delete(action.what);
    if (action.do === "power-off") this.#switchMains(false);
    if (action.do === "power-on") this.#switchMains(true);
    this.#observe();
  }

  /** Contactors drop out with the mains and stay out when it returns. */
  #switchMains(on: boolean): void {
    this.#mainsPresent = on;
    if (on) return;
    for (const machine of this.#machines)
      if (!this.#conditions.isBypassed(machine.id)) machine.order(false, this.#nowMs);
  }

  #setCondition(verb: ConditionVerb, what: string, value: number): void {
    this.#conditions.set(verb, what, value);
    this.#air.setOutside(this.#conditions.rainPercent, this.#conditions.fumesPpb);
    this.#followAmbient();
  }

  #followAmbient(): void {
    const { temperatureC, humidityPercent } = this.#air;
    this.#ambientW = this.#ambient.follow(
      this.#nowMs,
      temperatureC(this.#nowMs),
      humidityPercent(this.#nowMs),
    );
  }

  /** A step ends where something switches, so that everything within it is smooth. */
  #stepEnd(toMs: number): number {
    let end = Math.min(toMs, this.#nowMs + STEP_MAX_MS, this.#lights.nextSwitchMs);
    end = Math.min(end, Math.max(this.#nowMs + 1, this.#ambient.nextSwitchMs));
    for (const machine of this.#machines) end = Math.min(end, machine.nextSwitchMs);
    return end;
  }

  #step(toMs: number): void {
    const fromMs = this.#nowMs;
    const stepMs = toMs - fromMs;
    const floorW = this.#floor.advance(stepMs, this.#lights.on);
    const conditions = this.#conditions;
    const metered = this.#mainsPresent && !conditions.isBypassed(WHOLE_SITE);
    let meanW = metered ? Math.max(0, floorW + this.#ambientW) * conditions.sagShare ** 2 : 0;
    let vocMlPerHour = 0;
    let waterLPerHour = conditions.tapLPerHour;
    for (const machine of this.#machines) {
      const machineW = machine.advance(fromMs, toMs) * conditions.scaleOf(machine.id);
      if (!conditions.isBypassed(machine.id)) meanW += machineW;
      if (!machine.running) continue;
      vocMlPerHour += machine.vocMlPerHour;
      waterLPerHour += machine.waterLPerHour;
    }
    this.#importKwh += (meanW * stepMs) / WATT_MS_PER_KWH;
    this.#importL1Kwh += (meanW * this.#shareOfL1() * stepMs) / WATT_MS_PER_KWH;
    this.#waterM3 += (waterLPerHour * stepMs) / LITRE_MS_PER_M3_HOUR;
    this.#supply.advance(stepMs);
    const aired = this.#config.air.doors.some((door) => this.#open.has(door));
    this.#air.advance(fromMs, toMs, vocMlPerHour, aired);
    this.#nowMs = toMs;
    for (const machine of this.#machines) machine.switchIfDue(toMs);
    this.#followAmbient();
    if (toMs >= this.#lights.nextSwitchMs) this.#lights = this.#lightsAt(toMs);
  }

  /** As last looked at: the load is balanced enough for it to change little within a step. */
  #shareOfL1(): number {
    return this.#seen.powerW > 0 ? this.#seen.powerL1W / this.#seen.powerW : 1 / PHASES.length;
  }

  #observe(): void {
    this.#load.powerW.fill(0);
    this.#load.reactiveVar.fill(0);
    this.#addMetered();
    writeElectrical(
      this.#seen,
      this.#load,
      this.#mainsPresent ? this.#supply : null,
      this.#conditions.sagShare,
    );
    const seen = this.#seen;
    seen.importKwh = this.#importKwh;
    seen.importL1Kwh = this.#importL1Kwh;
    seen.waterM3 = this.#waterM3;
    const { vocWhitePpb, vocPpbPerHumidityPercent, humidityPercent } = this.#config.air;
    const dampPercent = this.#air.humidityPercent(this.#nowMs) - humidityPercent.mean;
    const drift = vocPpbPerHumidityPercent * dampPercent;
    seen.vocPpb = Math.max(0, this.#air.vocPpb + drift + vocWhitePpb * this.#vocWhite.normal());
    seen.co2Ppm = this.#air.co2Ppm(this.#nowMs);
    seen.temperatureC = this.#air.temperatureC(this.#nowMs);
    seen.humidityPercent = this.#air.humidityPercent(this.#nowMs);
  }

  /** All load behind the meter. Lamps and heaters draw less at a lower voltage, motors do not. */
  #addMetered(): void {
    const conditions = this.#conditions;
    if (conditions.isBypassed(WHOLE_SITE)) return;
    this.#floor.addTo(this.#load, this.#lights.on);
    this.#ambient.addTo(this.#load);
    for (const index of PHASES.keys())
      this.#load.powerW[index] = (this.#load.powerW[index] ?? 0) * conditions.sagShare ** 2;
    for (const machine of this.#machines)
      if (!conditions.isBypassed(machine.id))
        machine.addTo(this.#load, this.#nowMs, conditions.scaleOf(machine.id));
  }
}
