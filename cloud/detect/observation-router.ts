import { type ChannelsRecord, type EventRecord, SEAL_LOOP } from "@sealwatch/protocols";
import type { FindingRecord } from "./finding.ts";
import type { GatewayState } from "./gateway-state.ts";
import { MINUTE_MS } from "./local-time.ts";
import { contactOpened } from "./rules/contact-opened.ts";
import { deviceSilent, type SilenceObservation } from "./rules/device-silent.ts";
import { powerRise } from "./rules/power-rise.ts";
import type { RuleContext } from "./rules/rule.ts";
import { CONTACTS_MAX, POWER_CHANNELS_MAX, type Subject, subjectsOf } from "./rules/subject.ts";
import { tampering } from "./rules/tampering.ts";

type Held<Kind extends "power" | "contacts"> = GatewayState[Kind][number];
type Target = ({ kind: "power" } & Held<"power">) | ({ kind: "contact" } & Held<"contacts">);

/** Devices whose silence is followed. */
const DEVICES_MAX = 64;
/** Common causes: what a mains return or a sensor's restart does to other sensors is over after this. */
const SETTLING_MS = 30 * MINUTE_MS;

/** Brings each observation of one segment to the rule that looks at its subject. Changes the draft it was given. */
export class ObservationRouter {
  readonly findings: FindingRecord[] = [];
  /** By channel number: only what some rule looks at. */
  readonly targets = new Map<number, Target>();
  /** Between two polls this far apart a contact may have moved unseen. */
  readonly unwatchedAfterMs = 10 * MINUTE_MS;
  readonly #draft: GatewayState;
  readonly #context: RuleContext;

  constructor(draft: GatewayState, base: Pick<RuleContext, "gateway" | "site" | "place">) {
    this.#draft = draft;
    this.#context = {
      ...base,
      isSettling: (device, utcMs) => this.#isSettling(device, utcMs),
      emit: (finding) => this.findings.push(inOrder(finding)),
    };
    this.#indexTargets();
  }

  /** A reading that is good. */
  reading(target: Target, scaled: number, utcMs: number): void {
    if (target.kind === "power") {
      const { subject, state } = target;
      powerRise.step(
        state,
        subject,
        { type: "reading", utcMs, watts: scaled * subject.scaledW },
        this.#context,
      );
    } else {
      this.contact(target.subject.id, scaled, utcMs);
    }
  }

  /** A contact was seen in a position. */
  contact(channel: number, value: number, utcMs: number): void {
    const target = this.targets.get(channel);
    if (target?.kind !== "contact") return;
    const { subject, state } = target;
    if (!isPosition(value, subject)) return;
    if (subject.role === "mains-present" && state.value === 0 && value === 1)
      this.#draft.mainsReturnMs = utcMs;
    contactOpened.step(state, subject, { utcMs, value }, this.#context);
  }

  /** Nobody looked at any contact, or at any of this device, or at this one. */
  unwatched(which: { device?: string; channel?: number } = {}): void {
    for (const { subject, state } of this.#draft.contacts) {
      if (which.device !== undefined && subject.device !== which.device) continue;
      if (which.channel !== undefined && subject.id !== which.channel) continue;
      contactOpened.step(state, subject, { utcMs: 0, value: null }, this.#context);
    }
  }

  /** A device fell silent or came back. */
  device(device: string, type: "lost" | "regained", utcMs: number): void {
    this.unwatched({ device });
    const state = this.#silenceOf(device);
    if (state) deviceSilent.step(state, { device }, { type, utcMs }, this.#context);
  }

  /** A meter states another ratio, serial number or time of day than it must. */
  meterChanged({ event, device = "", channel = 0, note = "" }: EventRecord, utcMs: number): void {
    tampering({ event, device, channel, note, utcMs }, this.#context);
  }

  /** A stretch of the journal is missing. */
  gap(fromMs: number, utcMs: number, reason: string): void {
    this.unwatched();
    const observation: SilenceObservation = { type: "gap", fromMs, utcMs, reason };
    deviceSilent.step(deviceSilent.init({ device: null }), { device: null }, observation, this.#context);
  }

  /** A dated record: it ends a gap that was told while nobody knew the time. */
  dated(utcMs: number): void {
    if (!this.#draft.hasUndatedGap) return;
    this.#draft.hasUndatedGap = false;
    if (this.#draft.positionMs !== null) this.gap(this.#draft.positionMs, utcMs, "power-cut");
  }

  /** A person accepted what was learned. */
  accepted(utcMs: number, by: string): void {
    for (const { subject, state } of this.#draft.power) {
      powerRise.step(state, subject, { type: "accepted", utcMs, by }, this.#context);
    }
  }

  /** A new list of channels: what it still has keeps its state under its device and point. */
  channels(record: ChannelsRecord): void {
    const draft = this.#draft;
    const subjects = subjectsOf(record);
    const power = subjects.filter((subject) => subject.kind === "power");
    const contacts = subjects.filter((subject) => subject.kind === "contact");
    draft.power = merge(draft.power, power, powerRise.init).slice(0, POWER_CHANNELS_MAX);
    draft.contacts = merge(draft.contacts, contacts, contactOpened.init).slice(0, CONTACTS_MAX);
    this.#indexTargets();
  }

  #indexTargets(): void {
    this.targets.clear();
    for (const held of this.#draft.contacts) {
      if (held.subject.id > 0) this.targets.set(held.subject.id, { kind: "contact", ...held });
    }
    for (const held of this.#draft.power) {
      if (held.subject.id > 0) this.targets.set(held.subject.id, { kind: "power", ...held });
    }
  }

  #silenceOf(device: string): GatewayState["devices"][number]["state"] | null {
    const { devices } = this.#draft;
    const known = devices.find((other) => other.device === device);
    if (known) return known.state;
    if (devices.length >= DEVICES_MAX) return null;
    const state = deviceSilent.init({ device });
    devices.push({ device, state });
    return state;
  }

  #isSettling(device: string, utcMs: number): boolean {
    const { mainsReturnMs, devices } = this.#draft;
    const regainedMs = devices.find((other) => other.device === device)?.state.regainedMs ?? null;
    return isWithin(mainsReturnMs, utcMs) || isWithin(regainedMs, utcMs);
  }
}

/** 0 open and 1 closed; of a supervised loop also 2 cut and 3 shorted. */
function isPosition(value: number, { isLoop }: Held<"contacts">["subject"]): boolean {
  return Number.isInteger(value) && value >= 0 && value <= (isLoop ? SEAL_LOOP.shorted : SEAL_LOOP.closed);
}

function isWithin(sinceMs: number | null, utcMs: number): boolean {
  return sinceMs !== null && Math.abs(utcMs - sinceMs) < SETTLING_MS;
}

/** Present subjects first, in the list's order, then those it no longer has, so that bounds drop the latter. */
function merge<Kind extends Subject, State>(
  held: readonly { subject: Kind; state: State }[],
  present: readonly Kind[],
  init: (subject: Kind) => State,
): { subject: Kind; state: State }[] {
  const nameOf = ({ device, point }: Kind): string => `${device}/${point}`;
  const states = new Map(held.map(({ subject, state }) => [nameOf(subject), state]));
  const unique = [...new Map(present.map((subject) => [nameOf(subject), subject])).values()];
  const names = new Set(unique.map(nameOf));
  return [
    ...unique.map((subject) => ({ subject, state: states.get(nameOf(subject)) ?? init(subject) })),
    ...held
      .filter(({ subject }) => !names.has(nameOf(subject)))
      .map(({ subject, state }) => ({ subject: { ...subject, id: 0 }, state })),
  ];
}

/** A clock that was set back must not end a finding before it began. */
function inOrder(finding: FindingRecord): FindingRecord {
  const { atMs, openedAtMs, window } = finding;
  return {
    ...finding,
    atMs: Math.max(atMs, openedAtMs),
    window: { fromMs: window.fromMs, toMs: Math.max(window.toMs, window.fromMs) },
  };
}
