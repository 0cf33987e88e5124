import type { GatewayState } from "./gateway-state.ts";
import { machineSignature } from "./rules/machine-signature.ts";
import type { RuleContext } from "./rules/rule.ts";
import {
  type FeederSubject,
  LOAD_CHANNELS_MAX,
  type LoadSubject,
  type PowerSubject,
} from "./rules/subject.ts";
import type { MeterValue } from "./rules/three-phase-starts.ts";

/** Meters whose machines are looked for. */
const METERS_MAX = 8;
const PHASES = 3;
/** Where a meter gives currents and no power of its phases: what an ampere is about. */
const NOMINAL_V = 220;

/** Brings what a meter says of its phases to the rule that looks for machines. Changes the draft it was given. */
export class MeterWatch {
  readonly #draft: GatewayState;
  readonly #context: RuleContext;
  readonly #byDevice = new Map<string, GatewayState["machines"][number]>();
  /** Devices that give the power of their phases: their currents are not needed. */
  readonly #withPower = new Set<string>();

  constructor(draft: GatewayState, context: RuleContext) {
    this.#draft = draft;
    this.#context = context;
    this.#index();
  }

  /** A new list of channels: every meter of three phases keeps its state. Of two channels of one phase the first counts. */
  channels(
    power: readonly PowerSubject[],
    feeders: readonly FeederSubject[],
    loads: readonly LoadSubject[],
    utcMs: number | null,
  ): void {
    const draft = this.#draft;
    const unique = new Map<string, LoadSubject>();
    for (const load of loads) {
      const name = `${load.device}/${load.measures}/${load.phase}`;
      if (!unique.has(name)) unique.set(name, load);
    }
    draft.loads = [...unique.values()].slice(0, LOAD_CHANNELS_MAX);
    const phases = [...draft.loads, ...feeders].filter(
      ({ measures }) => measures === "load" || measures === "current",
    );
    const known = new Map(draft.machines.map(({ subject, state }) => [subject.device, state]));
    const meters = new Map(power.map((subject) => [subject.device, subject]));
    const before = draft.machines;
    draft.machines = [...meters.values()]
      .filter(({ device }) => phasesOf(phases, device) === PHASES)
      .slice(0, METERS_MAX)
      .map(({ device, id, intervalMs }) => {
        const subject = { device, channel: id, intervalMs };
        return { subject, state: known.get(device) ?? machineSignature.init(subject) };
      });
    this.#index();
    if (utcMs === null) return;
    for (const { subject, state } of before) {
      if (!this.#byDevice.has(subject.device))
        machineSignature.step(state, subject, { type: "removed", utcMs }, this.#context);
    }
  }

  totalPower({ device }: PowerSubject, watts: number, utcMs: number): void {
    this.#take(device, { type: "totalW", utcMs, value: watts });
  }

  load({ device, measures, phase }: LoadSubject, value: number, utcMs: number): void {
    this.#take(
      device,
      measures === "load" ? { type: measures, phase, utcMs, value } : { type: measures, utcMs, value },
    );
  }

  /** A current where nothing better is known of its phase; the voltage of the first phase. */
  feeder({ device, measures, phase }: FeederSubject, value: number, utcMs: number): void {
    if (measures === "voltage" && phase === 0) this.#take(device, { type: "volts", utcMs, value });
    else if (measures === "current" && phase !== undefined && !this.#withPower.has(device))
      this.#take(device, { type: "load", phase, utcMs, value: NOMINAL_V * value });
  }

  /** Approved work, a person's acceptance, or a person's wish to learn anew. */
  tell(type: "permitted" | "accepted" | "reset", device?: string): void {
    for (const { subject, state } of this.#draft.machines) {
      if (device === undefined || subject.device === device)
        machineSignature.step(state, subject, { type }, this.#context);
    }
  }

  #take(device: string, value: MeterValue): void {
    const held = this.#byDevice.get(device);
    if (held) machineSignature.step(held.state, held.subject, value, this.#context);
  }

  #index(): void {
    this.#byDevice.clear();
    this.#withPower.clear();
    for (const held of this.#draft.machines) this.#byDevice.set(held.subject.device, held);
    const powers = this.#draft.loads.filter(({ measures }) => measures === "load");
    for (const { subject } of this.#draft.machines)
      if (phasesOf(powers, subject.device) === PHASES) this.#withPower.add(subject.device);
  }
}

function phasesOf(
  phases: readonly { readonly device: string; readonly phase?: number }[],
  device: string,
): number {
  return new Set(phases.filter((each) => each.device === device).map(({ phase }) => phase)).size;
}
