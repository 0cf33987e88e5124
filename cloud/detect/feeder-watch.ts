import { bandW, expectedAt } from "./baseline/accepted-baseline.ts";
import type { GatewayState } from "./gateway-state.ts";
import { MINUTE_MS } from "./local-time.ts";
import { bypass } from "./rules/bypass.ts";
import { cutFeeder, type FeederObservation, restoreFeeder } from "./rules/cut-feeder.ts";
import { deviceSilent } from "./rules/device-silent.ts";
import type { RuleContext } from "./rules/rule.ts";
import type { ContactSubject, FeederSubject, PowerSubject } from "./rules/subject.ts";
import { shortNumber } from "./short-number.ts";
import { cutOf } from "./site-context.ts";

/** Feeders declared cut that are followed. */
const FEEDERS_MAX = 16;
/** Beyond any register of any meter. */
const FEEDER_VALUE_MAX = 1e10;
/** Between a conductor and neutral, and between two conductors (GB/T 156). */
const NOMINAL_PHASE_V = 220;
const NOMINAL_LINE_V = 380;

/** Brings what is seen of feeders and meters to the rules about cuts and bypasses. Changes the draft it was given. */
export class FeederWatch {
  readonly #draft: GatewayState;
  readonly #context: RuleContext;

  constructor(draft: GatewayState, context: RuleContext) {
    this.#draft = draft;
    this.#context = context;
  }

  /** Power beside what the accepted baseline expects. */
  standby({ subject, state }: GatewayState["power"][number], watts: number, utcMs: number): void {
    const { accepted } = state;
    const held = accepted && this.#bypassOf(subject, utcMs);
    if (!held || Math.abs(watts) > FEEDER_VALUE_MAX) return;
    const { midW, sigmaW } = expectedAt(accepted, utcMs + this.#context.site.utcOffsetMin * MINUTE_MS);
    const band = bandW(accepted, sigmaW);
    const observation = { type: "power", utcMs, channel: subject.id, watts, midW, bandW: band } as const;
    bypass.step(held.state, held, observation, this.#context);
  }

  voltage(subject: FeederSubject, volts: number, utcMs: number): void {
    const held = this.#bypassOf(subject, utcMs);
    const nominalV = subject.isLineToLine ? NOMINAL_LINE_V : NOMINAL_PHASE_V;
    const share = shortNumber(volts / nominalV, 100);
    if (held && share < FEEDER_VALUE_MAX)
      bypass.step(held.state, held, { type: "voltage", utcMs, channel: subject.id, share }, this.#context);
  }

  /** A mains contact speaks for the meters of its own feeder, or for all when it has none. */
  mainsOf({ feeder }: ContactSubject, isPresent: boolean | null, utcMs: number): void {
    for (const held of this.#draft.bypasses) {
      if (feeder !== undefined && !this.#isFedBy(held.device, feeder)) continue;
      bypass.step(held.state, held, { type: "mains", utcMs, isPresent }, this.#context);
    }
  }

  /** A feeder that is declared cut has nothing to bypass. */
  #bypassOf(
    { device, feeder }: FeederSubject | PowerSubject,
    utcMs: number,
  ): GatewayState["bypasses"][number] | null {
    if (cutOf(this.#context.site, feeder, utcMs)) return null;
    const { bypasses, contacts } = this.#draft;
    const known = bypasses.find((other) => other.device === device);
    if (known) return known;
    if (bypasses.length >= FEEDERS_MAX) return null;
    const held = { device, state: bypass.init({ device }) };
    bypasses.push(held);
    const mains = contacts.find(
      ({ subject }) => subject.role === "mains-present" && (subject.feeder ?? feeder) === feeder,
    );
    if (mains && mains.state.value !== null) held.state.isMainsPresent = mains.state.value === 1;
    return held;
  }

  /** What was seen of a feeder matters when it is declared cut. */
  onFeeder(
    subject: FeederSubject | PowerSubject | ContactSubject,
    type: FeederObservation["type"],
    { utcMs, value, scale }: { utcMs: number; value: number; scale: number },
  ): void {
    const { feeder, id, device } = subject;
    const cut = cutOf(this.#context.site, feeder, utcMs);
    if (!cut || Math.abs(value) > FEEDER_VALUE_MAX) return;
    const state = this.#feederState(cut.feeder);
    if (!state) return;
    const isLineToLine = subject.kind === "feeder" && subject.isLineToLine;
    const nominalV = cut.nominalV ?? (isLineToLine ? NOMINAL_LINE_V : NOMINAL_PHASE_V);
    const observation = {
      type,
      utcMs,
      channel: id,
      device,
      value,
      scale: type === "voltage" ? nominalV : scale,
    };
    cutFeeder.step(state, { feeder: cut.feeder }, observation, this.#context);
    if (type === "mains") this.#explainDark(utcMs);
  }

  /** The feeder was cut by order: what its meters do not see any more is no bypass. */
  cut(feeder: string, utcMs: number): void {
    for (const held of this.#draft.bypasses) {
      if (this.#isFedBy(held.device, feeder))
        bypass.step(held.state, held, { type: "cut", utcMs }, this.#context);
    }
  }

  /** The feeder was connected again with approval: nothing that was known of its death holds. */
  restored(feeder: string, utcMs: number): void {
    const held = this.#draft.feeders.find((other) => other.feeder === feeder);
    if (!held) return;
    restoreFeeder(held.state, { feeder }, utcMs, this.#context);
    this.#draft.feeders = this.#draft.feeders.filter((other) => other !== held);
    this.#explainDark(utcMs);
  }

  unwatchedMains(subject: ContactSubject): void {
    const { feeder, id, device } = subject;
    const utcMs = this.#draft.positionMs ?? 0;
    this.mainsOf(subject, null, utcMs);
    const held = this.#draft.feeders.find((other) => other.feeder === feeder);
    if (!held || feeder === undefined) return;
    const observation = { type: "mains", utcMs, channel: id, device, value: null, scale: 1 } as const;
    cutFeeder.step(held.state, { feeder }, observation, this.#context);
    this.#explainDark(utcMs);
  }

  #explainDark(utcMs: number): void {
    for (const { device, state } of this.#draft.devices) {
      const type = this.isDark(device) ? "dark" : "lit";
      deviceSilent.step(state, { device }, { type, utcMs }, this.#context);
    }
  }

  /** A meter fed by a feeder that is declared cut is dark, not silent, while a contact of its own proves the cut. */
  isDark(device: string): boolean {
    return this.#draft.feeders.some(
      ({ feeder, state: { mainsAbsent } }) => mainsAbsent && this.#isFedBy(device, feeder),
    );
  }

  /** Some channel of the device is on the feeder, and none of its contacts is. */
  #isFedBy(device: string, feeder: string): boolean {
    const { meters, power, contacts } = this.#draft;
    const isOn = (subject: { device: string; feeder?: string }): boolean =>
      subject.device === device && subject.feeder === feeder;
    return (
      !contacts.some(({ subject }) => isOn(subject)) &&
      (meters.some(isOn) || power.some(({ subject }) => isOn(subject)))
    );
  }

  #feederState(feeder: string): GatewayState["feeders"][number]["state"] | null {
    const { feeders } = this.#draft;
    const known = feeders.find((other) => other.feeder === feeder);
    if (known) return known.state;
    if (feeders.length >= FEEDERS_MAX) return null;
    const state = cutFeeder.init({ feeder });
    feeders.push({ feeder, state });
    return state;
  }
}
