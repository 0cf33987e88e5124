import type { Logger } from "@sealwatch/platform";
import { createDevice, type Device } from "./devices/device.ts";
import { Plant } from "./plant/plant.ts";
import type { Scenario, TimelineAction } from "./scenarios/scenario-schema.ts";

/** A scenario under way: the plant, its devices and what is still to happen. Times are simulated UTC in milliseconds. */
export class Simulation {
  readonly #plant: Plant;
  readonly #devices: ReadonlyMap<number, Device>;
  readonly #timeline: readonly TimelineAction[];
  readonly #log: Logger;
  #pending: readonly TimelineAction[] = [];
  #anchorMs = Number.NaN;

  /** Nothing happens before `trigger`. */
  constructor(scenario: Scenario, seed: number, startMs: number, log: Logger) {
    this.#plant = new Plant(scenario.plant, seed, startMs);
    this.#devices = new Map(
      scenario.devices.map((config) => [config.unit, createDevice(config, this.#plant)]),
    );
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
      this.#plant.advance(this.#anchorMs + next.at);
      this.#act(next);
    }
  }

  /** What `unit` answers to a request PDU at `nowMs`; null when nobody answers. */
  answer(unit: number, pdu: Uint8Array, nowMs: number): Uint8Array | null {
    this.followTimeline(nowMs);
    this.#plant.advance(nowMs);
    return this.#devices.get(unit)?.answer(pdu) ?? null;
  }

  #act(action: TimelineAction): void {
    const { do: verb, what } = action;
    const at = new Date(this.#plant.nowMs).toISOString();
    this.#log.info({ at, do: verb, what }, `${at} ${verb} ${what}`);
    if (verb === "silence" || verb === "restore") {
      for (const device of this.#devices.values()) if (device.id === what) device.silence(verb === "silence");
    } else this.#plant.apply({ do: verb, what });
  }
}
