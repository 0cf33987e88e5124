import { type Random, seededRandom } from "@sealwatch/platform";
import { type Air, createAir } from "./air.ts";
import { Feeder } from "./feeder.ts";
import { createMachine, type Machine } from "./machine.ts";
import { type Measurand, type Measurands, noFeederMeasurands, noMeasurands } from "./measurands.ts";
import { INCOMER, type PlantConfig } from "./plant-config.ts";
import { type LightState, securityLights } from "./security-lights.ts";
import { CONDITION_VERBS, type ConditionVerb, isCondition, SiteConditions } from "./site-conditions.ts";
import { createSupply, type Supply } from "./supply.ts";

/** The longest step taken at once: what follows the sun is held constant within it. */
const STEP_MAX_MS = 300_000;
const MINUTE_MS = 60_000;
const LITRE_MS_PER_M3_HOUR = 3.6e9;
const LITRES_PER_M3 = 1000;

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
  readonly #incomer: Feeder;
  /** Those below it. */
  readonly #feeders: readonly Feeder[];
  readonly #allFeeders: readonly Feeder[];
  readonly #conditions = new SiteConditions();
  readonly #supply: Supply;
  readonly #air: Air;
  readonly #lightsAt: (atMs: number) => LightState;
  readonly #vocWhite: Random;
  readonly #seen = noMeasurands();
  readonly #open = new Set<string>();
  readonly #damagedLoops = new Map<string, LoopDamage>();
  #lights: LightState;
  #nowMs: number;
  #mainsPresent: boolean;
  #waterM3: number;

  /** A closed site: contacts closed, machines still, mains present. */
  constructor(config: PlantConfig, seed: number, startMs: number) {
    this.measurands = this.#seen;
    this.#config = config;
    this.#machines = config.machines.map((machine) => createMachine(machine, seed));
    const parts = { config, machines: this.#machines, conditions: this.#conditions, seed, startMs };
    this.#incomer = new Feeder({ ...parts, id: INCOMER, seen: this.#seen });
    this.#feeders = config.feeders.map(({ id }) => new Feeder({ ...parts, id, seen: noFeederMeasurands() }));
    this.#allFeeders = [this.#incomer, ...this.#feeders];
    this.#mainsPresent = config.mainsAtStart;
    this.#supply = createSupply(config.supply, seed);
    this.#air = createAir(config.air, config.utcOffsetMin, startMs, seed);
    this.#lightsAt = securityLights(config.idle.lights, config.utcOffsetMin, seed);
    this.#vocWhite = seededRandom(seed, "voc white");
    this.#lights = this.#lightsAt(startMs);
    this.#nowMs = startMs;
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

  /** What the meters have counted, kWh by feeder. */
  get importKwhByFeeder(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#allFeeders.map(({ id, seen }) => [id, seen.importKwh]));
  }

  /** What a device sees of a measurand now: only what is electrical differs from feeder to feeder. */
  measure(measurand: Measurand, feeder: string): number {
    const own: Partial<Measurands> = this.#feeders.find(({ id }) => id === feeder)?.seen ?? this.#seen;
    return own[measurand] ?? this.#seen[measurand];
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
    const temperatureC = this.#air.temperatureC(this.#nowMs);
    const humidityPercent = this.#air.humidityPercent(this.#nowMs);
    for (const feeder of this.#allFeeders) feeder.follow(this.#nowMs, temperatureC, humidityPercent);
  }

  /** A step ends where something switches, so that everything within it is smooth. */
  #stepEnd(toMs: number): number {
    let end = Math.min(toMs, this.#nowMs + STEP_MAX_MS, this.#lights.nextSwitchMs);
    for (const { nextSwitchMs } of this.#allFeeders)
      end = Math.min(end, Math.max(this.#nowMs + 1, nextSwitchMs));
    for (const machine of this.#machines) end = Math.min(end, machine.nextSwitchMs);
    return end;
  }

  #step(toMs: number): void {
    const fromMs = this.#nowMs;
    const stepMs = toMs - fromMs;
    const step = { fromMs, toMs, lightsOn: this.#lights.on, mainsPresent: this.#mainsPresent };
    const carriedW = this.#feeders.reduce((sum, feeder) => sum + feeder.advance(step), 0);
    this.#incomer.advance(step, carriedW);
    let vocMlPerHour = 0;
    for (const machine of this.#machines) if (machine.running) vocMlPerHour += machine.vocMlPerHour;
    this.#waterM3 += (this.#waterLPerHour() * stepMs) / LITRE_MS_PER_M3_HOUR;
    this.#supply.advance(stepMs);
    const aired = this.#config.air.doors.some((door) => this.#open.has(door));
    this.#air.advance(fromMs, toMs, vocMlPerHour, aired);
    this.#nowMs = toMs;
    for (const machine of this.#machines) machine.switchIfDue(toMs);
    this.#followAmbient();
    if (toMs >= this.#lights.nextSwitchMs) this.#lights = this.#lightsAt(toMs);
  }

  #waterLPerHour(): number {
    let waterLPerHour = this.#conditions.tapLPerHour;
    for (const machine of this.#machines) if (machine.running) waterLPerHour += machine.waterLPerHour;
    return waterLPerHour;
  }

  #observe(): void {
    this.#observeFeeders();
    const seen = this.#seen;
    seen.waterM3 = this.#waterM3;
    seen.waterM3PerHour = this.#waterLPerHour() / LITRES_PER_M3;
    const { vocWhitePpb, vocPpbPerHumidityPercent, humidityPercent } = this.#config.air;
    const dampPercent = this.#air.humidityPercent(this.#nowMs) - humidityPercent.mean;
    const drift = vocPpbPerHumidityPercent * dampPercent;
    seen.vocPpb = Math.max(0, this.#air.vocPpb + drift + vocWhitePpb * this.#vocWhite.normal());
    seen.co2Ppm = this.#air.co2Ppm(this.#nowMs);
    seen.temperatureC = this.#air.temperatureC(this.#nowMs);
    seen.humidityPercent = this.#air.humidityPercent(this.#nowMs);
  }

  #observeFeeders(): void {
    const lightsOn = this.#lights.on;
    for (const feeder of this.#feeders) feeder.addUp(this.#nowMs, lightsOn);
    this.#incomer.addUp(this.#nowMs, lightsOn, this.#feeders);
    const supply = this.#mainsPresent ? this.#supply : null;
    const busbar = { supply, load: this.#incomer.load, sagShare: this.#conditions.sagShare };
    for (const feeder of this.#allFeeders) feeder.observe(busbar);
  }
}
