import { type Random, seededRandom } from "@sealwatch/platform";
import { type Air, createAir } from "./air.ts";
import { type IdleFloor, idleFloor } from "./idle-floor.ts";
import { createMachine, type Machine } from "./machine.ts";
import { type Measurands, noMeasurands } from "./measurands.ts";
import { phaseLoad } from "./phase-load.ts";
import type { PlantConfig } from "./plant-config.ts";
import { type LightState, securityLights } from "./security-lights.ts";
import { createSupply, type Supply } from "./supply.ts";
import { writeElectrical } from "./write-electrical.ts";

/** The longest step taken at once: what follows the sun is held constant within it. */
const STEP_MAX_MS = 300_000;
const WATT_MS_PER_KWH = 3.6e9;

/** Something a person does at the site, to a machine, a contact or the mains. */
export interface PlantAction {
  readonly do: "start" | "stop" | "open" | "close" | "power-off" | "power-on";
  readonly what: string;
}

/** A site's physics. Time is simulated UTC in milliseconds; all chance comes from the seed. */
export class Plant {
  /** What could be measured at this instant; written in place. */
  readonly measurands: Readonly<Measurands>;
  readonly #config: PlantConfig;
  readonly #machines: readonly Machine[];
  readonly #floor: IdleFloor;
  readonly #supply: Supply;
  readonly #air: Air;
  readonly #lightsAt: (atMs: number) => LightState;
  readonly #vocWhite: Random;
  readonly #seen = noMeasurands();
  readonly #load = phaseLoad();
  readonly #open = new Set<string>();
  #lights: LightState;
  #nowMs: number;
  #mainsPresent = true;
  #importKwh: number;

  /** A closed site: contacts closed, machines still, mains present. */
  constructor(config: PlantConfig, seed: number, startMs: number) {
    this.measurands = this.#seen;
    this.#config = config;
    this.#machines = config.machines.map((machine) => createMachine(machine, seed));
    this.#floor = idleFloor(config.idle, seed);
    this.#supply = createSupply(config.supply, seed);
    this.#air = createAir(config.air, config.utcOffsetMin, startMs, seed);
    this.#lightsAt = securityLights(config.idle.lights, config.utcOffsetMin, seed);
    this.#vocWhite = seededRandom(seed, "voc white");
    this.#lights = this.#lightsAt(startMs);
    this.#nowMs = startMs;
    this.#importKwh = config.importKwhAtStart;
    this.#observe();
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get mainsPresent(): boolean {
    return this.#mainsPresent;
  }

  /** True for a closed contact, which is the normal state of a door or a seal. */
  contactClosed(id: string): boolean {
    return !this.#open.has(id);
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
    if (action.do === "start" && this.#mainsPresent) machine?.order(true, this.#nowMs);
    if (action.do === "stop") machine?.order(false, this.#nowMs);
    if (action.do === "open") this.#open.add(action.what);
    if (action.do === "close") this.#open.delete(action.what);
    if (action.do === "power-off") this.#switchMains(false);
    if (action.do === "power-on") this.#switchMains(true);
    this.#observe();
  }

  /** Contactors drop out with the mains and stay out when it returns. */
  #switchMains(on: boolean): void {
    this.#mainsPresent = on;
    if (!on) for (const machine of this.#machines) machine.order(false, this.#nowMs);
  }

  /** A step ends where something switches, so that everything within it is smooth. */
  #stepEnd(toMs: number): number {
    let end = Math.min(toMs, this.#nowMs + STEP_MAX_MS, this.#lights.nextSwitchMs);
    for (const machine of this.#machines) end = Math.min(end, machine.nextSwitchMs);
    return end;
  }

  #step(toMs: number): void {
    const fromMs = this.#nowMs;
    const stepMs = toMs - fromMs;
    const floorW = this.#floor.advance(stepMs, this.#lights.on);
    let meanW = this.#mainsPresent ? floorW : 0;
    let vocMlPerHour = 0;
    for (const machine of this.#machines) {
      meanW += machine.advance(fromMs, toMs);
      if (machine.running) vocMlPerHour += machine.vocMlPerHour;
    }
    this.#importKwh += (meanW * stepMs) / WATT_MS_PER_KWH;
    this.#supply.advance(stepMs);
    const aired = this.#config.air.doors.some((door) => this.#open.has(door));
    this.#air.advance(fromMs, toMs, vocMlPerHour, aired);
    this.#nowMs = toMs;
    for (const machine of this.#machines) machine.switchIfDue(toMs);
    if (toMs >= this.#lights.nextSwitchMs) this.#lights = this.#lightsAt(toMs);
  }

  #observe(): void {
    this.#load.powerW.fill(0);
    this.#load.reactiveVar.fill(0);
    this.#floor.addTo(this.#load, this.#lights.on);
    for (const machine of this.#machines) machine.addTo(this.#load, this.#nowMs);
    writeElectrical(this.#seen, this.#load, this.#mainsPresent ? this.#supply : null);
    const seen = this.#seen;
    seen.importKwh = this.#importKwh;
    seen.vocPpb = Math.max(0, this.#air.vocPpb + this.#config.air.vocWhitePpb * this.#vocWhite.normal());
    seen.co2Ppm = this.#air.co2Ppm(this.#nowMs);
    seen.temperatureC = this.#air.temperatureC(this.#nowMs);
    seen.humidityPercent = this.#air.humidityPercent(this.#nowMs);
  }
}
