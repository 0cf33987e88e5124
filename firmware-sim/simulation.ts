import type { Logger } from "@sealwatch/platform";
import type { Dlt645Frame } from "@sealwatch/protocols";
import type { AnswerLog } from "./devices/answer-log.ts";
import { createDevice, type Device, type Reply } from "./devices/device.ts";
import { faultValueOf, isDeviceFault, isLineFault, type LineFault } from "./devices/fault.ts";
import { Plant } from "./plant/plant.ts";
import type { Scenario, SiteAction, TimelineAction } from "./scenarios/scenario-schema.ts";

/** Whether a device hears the question at all, such as at the rate at which it was sent. */
export type Hears = (device: Device) => boolean;
const everyoneHears: Hears = () => true;

/** A scenario under way: the plant, its devices and what is still to happen. Times are simulated UTC in milliseconds. */
export class Simulation {
  readonly #plant: Plant;
  readonly #devices: readonly Device[];
  readonly #lineFaults = new Map<LineFault, number>();
  readonly #timeline: readonly TimelineAction[];
  readonly #log: Logger;
  #pending: readonly TimelineAction[] = [];
  #anchorMs = Number.NaN;

  /** Nothing happens before `trigger`. */
  constructor(
    scenario: Scenario,
    seed: number,
    startMs: number,
    log: Logger,
    answers: AnswerLog | null = null,
  ) {
    this.#plant = new Plant(scenario.plant, seed, startMs);
    this.#devices = scenario.devices.map((config) => createDevice(config, this.#plant, answers));
    this.#timeline = scenario.timeline.toSorted((a, b) => a.at - b.at);
    this.#log = log;
  }

  /** Starts the timeline, from its beginning. */
  trigger(nowMs: number): void {
    this.#anchorMs = nowMs;
    this.#pending = this.#timeline;
    this.followTimeline(nowMs);
  }

  /** Lets everything happen that is due by `nowMs`, each at its own moment. */
  followTimeline(nowMs: number): void {
    for (let [next] = this.#pending; next && this.#anchorMs + next.at <= nowMs; [next] = this.#pending) {
      this.#pending = this.#pending.slice(1);
      this.act(next, this.#anchorMs + next.at);
    }
  }

  /** What `unit` answers to a request PDU at `nowMs`; null when nobody answers. */
  modbus(unit: number, pdu: Uint8Array, nowMs: number, hears = everyoneHears): Reply<Uint8Array> | null {
    this.#moveTo(nowMs);
    const device = this.#devices.find(({ config }) => config.unit === unit);
    return device && hears(device) ? device.modbus(pdu) : null;
  }

  /** What the meters answer to a DL/T 645 frame at `nowMs`; more than one when all are addressed. */
  dlt645(frame: Dlt645Frame, nowMs: number, hears = everyoneHears): readonly Reply<Dlt645Frame>[] {
    this.#moveTo(nowMs);
    return this.#devices
      .filter(hears)
      .map((device) => device.dlt645(frame))
      .filter((reply) => reply !== null);
  }

  /** The value of a fault of the line; null while the line is well in that respect. */
  lineFault(fault: LineFault): number | null {
    return this.#lineFaults.get(fault) ?? null;
  }

  /** Does something to the plant, a device or the line at `atMs`. */
  act(action: SiteAction, atMs: number): void {
    const { do: verb, what, value } = action;
    this.#plant.advance(atMs);
    const at = new Date(this.#plant.nowMs).toISOString();
    this.#log.info({ at, do: verb, what }, `${at} ${verb} ${what}`);
    if (verb === "restore") this.#restore(what);
    else if (isLineFault(verb)) this.#lineFaults.set(verb, faultValue(action));
    else if (isDeviceFault(verb)) this.#named(what)?.fault(verb, faultValue(action));
    else this.#plant.apply({ do: verb, what, value });
  }

  #restore(what: string): void {
    const device = this.#named(what);
    if (device) device.restore();
    else this.#lineFaults.clear();
  }

  #named(what: string): Device | undefined {
    return this.#devices.find(({ config }) => config.id === what);
  }

  #moveTo(nowMs: number): void {
    this.followTimeline(nowMs);
    this.#plant.advance(nowMs);
  }
}

function faultValue({ do: verb, value }: SiteAction): number {
  if (!isLineFault(verb) && !isDeviceFault(verb)) return 0;
  return value ?? faultValueOf(verb)?.default ?? 0;
}
