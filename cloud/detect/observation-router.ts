import { type ChannelsRecord, type EventRecord, SEAL_LOOP } from "@sealwatch/protocols";
import { daysKept } from "./baseline/learning.ts";
import type { ContextEntry } from "./context-entry.ts";
import { EnergyWatch } from "./energy-watch.ts";
import { FeederWatch } from "./feeder-watch.ts";
import type { FindingRecord } from "./finding.ts";
import type { GatewayState } from "./gateway-state.ts";
import { MINUTE_MS } from "./local-time.ts";
import { MeterWatch } from "./meter-watch.ts";
import type { PermitSensor } from "./permit-sensor.ts";
import { isPermitted, permitsAfter } from "./permits.ts";
import { type ListTime, measuredBy, RemovalWatch } from "./removal-watch.ts";
import { type RuleThresholds, thresholdsOf } from "./rule-thresholds.ts";
import { contactOpened } from "./rules/contact-opened.ts";
import { deviceSilent, type SilenceObservation } from "./rules/device-silent.ts";
import { type PowerObservation, powerRise } from "./rules/power-rise.ts";
import type { RuleContext } from "./rules/rule.ts";
import {
  AIR_CHANNELS_MAX,
  type AirSubject,
  CONTACTS_MAX,
  FEEDER_CHANNELS_MAX,
  type FeederSubject,
  type LoadSubject,
  POWER_CHANNELS_MAX,
  type Subject,
  subjectsOf,
  VOC_CHANNELS_MAX,
  WATER_CHANNELS_MAX,
} from "./rules/subject.ts";
import { tampering } from "./rules/tampering.ts";
import { learnBackgroundAnew, vocRise } from "./rules/voc-rise.ts";
import { redeclareSupply, waterOnCut } from "./rules/water-on-cut.ts";
import { SilenceWatch } from "./silence-watch.ts";
import { cutOf, type SiteContext, withCuts } from "./site-context.ts";

type Held<Kind extends "power" | "contacts" | "water" | "voc"> = GatewayState[Kind][number];
type Target =
  | ({ kind: "power" } & Held<"power">)
  | ({ kind: "contact" } & Held<"contacts">)
  | ({ kind: "water" } & Held<"water">)
  | ({ kind: "voc" } & Held<"voc">)
  | { kind: "air"; subject: AirSubject }
  | { kind: "feeder"; subject: FeederSubject }
  | { kind: "load"; subject: LoadSubject };

/** Feeders that entries named. */
const CUTS_MAX = 16;
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
  readonly #site: SiteContext;
  /** The rules hold on to it: settings change within it. */
  readonly #context: RuleContext & { site: SiteContext; thresholds: RuleThresholds };
  readonly #feeders: FeederWatch;
  readonly #meters: MeterWatch;
  readonly #energy: EnergyWatch;
  readonly #silence: SilenceWatch;
  readonly #removals: RemovalWatch;

  constructor(draft: GatewayState, base: Pick<RuleContext, "gateway" | "site" | "place">) {
    this.#draft = draft;
    this.#site = base.site;
    this.#context = {
      ...base,
      site: withCuts(base.site, draft.cuts),
      thresholds: thresholdsOf(draft.thresholds),
      isSuspected: () => this.#isSuspected(),
      isSettling: (device, utcMs) => this.#isSettling(device, utcMs),
      emit: (finding) => this.findings.push(inOrder(finding)),
    };
    this.#feeders = new FeederWatch(draft, this.#context);
    this.#meters = new MeterWatch(draft, this.#context);
    this.#energy = new EnergyWatch(draft, this.#context);
    this.#silence = new SilenceWatch(draft, this.#context);
    this.#removals = new RemovalWatch(draft, this.#context);
    this.#indexTargets();
    this.#silence.index(this.targets);
  }

  /** A reading that is good. */
  reading(target: Target, scaled: number, utcMs: number): void {
    // Nobody may approve that a meter is bypassed.
    if (target.kind === "power") this.#feeders.standby(target, scaled * target.subject.scaledW, utcMs);
    if (target.kind === "feeder" && target.subject.measures === "voltage") {
      this.#feeders.voltage(target.subject, scaled * target.subject.perScaled, utcMs);
    }
    if (this.#passOver(target, utcMs)) return;
    if (target.kind === "power") {
      const { subject, state } = target;
      powerRise.step(
        state,
        subject,
        { type: "reading", utcMs, watts: scaled * subject.scaledW },
        this.#context,
      );
      this.#meters.totalPower(subject, scaled * subject.scaledW, utcMs);
      this.#energy.reading(target, scaled * subject.scaledW, utcMs);
      this.#feeders.onFeeder(subject, "power", { utcMs, value: scaled * subject.scaledW, scale: 1 });
    } else if (target.kind === "feeder") {
      const { perScaled, measures } = target.subject;
      this.#feeders.onFeeder(target.subject, measures, {
        utcMs,
        value: scaled * perScaled,
        scale: perScaled,
      });
      this.#meters.feeder(target.subject, scaled * perScaled, utcMs);
    } else if (target.kind === "load") {
      this.#meters.load(target.subject, scaled * target.subject.perScaled, utcMs);
    } else if (target.kind === "voc") {
      const { subject, state } = target;
      vocRise.step(state, subject, { type: "voc", utcMs, value: scaled * subject.perScaled }, this.#context);
    } else if (target.kind === "air") {
      this.#beside(target.subject, scaled, utcMs);
    } else if (target.kind === "water") {
      const { subject, state } = target;
      const isCut = cutOf(this.#context.site, subject.feeder, utcMs) !== null;
      const value = Math.round(scaled) * subject.perScaled;
      waterOnCut.step(state, subject, { utcMs, value, isCut }, this.#context);
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
    const sensor = subject.role === "door" || subject.role === "seal" ? subject.role : null;
    if (subject.role !== "mains-present" && this.#isPermitted(sensor, utcMs)) {
      contactOpened.step(state, subject, { utcMs, value: null }, this.#context);
      return;
    }
    if (subject.role === "mains-present") {
      const isCut = cutOf(this.#context.site, subject.feeder, utcMs) !== null;
      this.#feeders.mainsOf(subject, value === 1, utcMs);
      const isApproved = value === 1 && this.#isPermitted("power", utcMs);
      if (isCut && !isApproved) this.#feeders.onFeeder(subject, "mains", { utcMs, value, scale: 1 });
      else if (!isCut && state.value === 0 && value === 1) this.#draft.mainsReturnMs = utcMs;
    }
    contactOpened.step(state, subject, { utcMs, value }, this.#context);
  }

  /** Nobody looked at any contact, or at any of this device, or at this one. */
  unwatched(which: { device?: string; channel?: number } = {}): void {
    for (const { subject, state } of this.#draft.contacts) {
      if (which.device !== undefined && subject.device !== which.device) continue;
      if (which.channel !== undefined && subject.id !== which.channel) continue;
      contactOpened.step(state, subject, { utcMs: 0, value: null }, this.#context);
      if (subject.role === "mains-present") this.#feeders.unwatchedMains(subject);
    }
  }

  /** A device fell silent or came back. */
  device(device: string, type: "lost" | "regained", utcMs: number): void {
    this.unwatched({ device });
    this.#silence.tell(device, type, { utcMs, isDark: this.#feeders.isDark(device) });
    this.#silence.index(this.targets);
  }

  /** A channel has a good reading, or its contact was seen: the device answers, also where nobody says that it is back. */
  heard(channel: number, utcMs: number): void {
    const device = this.#silence.awaited(channel);
    if (device !== null) this.device(device, "regained", utcMs);
  }

  /** All devices are asked anew, or what was told of them is missing: who was lost may be back without a word. */
  returnsUntold(): void {
    this.#silence.forget(this.targets);
  }

  /** A meter states another ratio, serial number or time of day than it must. */
  meterChanged({ event, device = "", channel = 0, note = "" }: EventRecord, utcMs: number): void {
    if (this.#isPermitted("meter", utcMs)) return;
    tampering({ event, device, channel, note, utcMs }, this.#context);
  }

  /** A stretch of the journal is missing. */
  gap(fromMs: number, utcMs: number, reason: string): void {
    this.unwatched();
    this.returnsUntold();
    const observation: SilenceObservation = { type: "gap", fromMs, utcMs, reason };
    deviceSilent.step(deviceSilent.init({ device: null }), { device: null }, observation, this.#context);
  }

  /** A dated record: with it cuts come into force, and a gap ends that was told while nobody knew the time. */
  dated(utcMs: number): void {
    const { positionMs, hasUndatedGap } = this.#draft;
    this.#draft.hasUndatedGap = false;
    this.#removals.dated(utcMs);
    if (positionMs === null) return;
    for (const { feeder, sinceMs = 0 } of this.#context.site.declaredCut ?? []) {
      if (sinceMs <= positionMs || sinceMs > utcMs) continue;
      this.#feeders.cut(feeder, sinceMs);
      this.#redeclareWater(feeder, { utcMs: sinceMs, isCut: true });
    }
    if (hasUndatedGap) this.gap(positionMs, utcMs, "power-cut");
  }

  /** What a person contributed, from its effective time on. */
  contextual(entry: ContextEntry): void {
    const { kind, effectiveMs } = entry;
    if (kind === "permit" || kind === "permit-ended") {
      this.#draft.permits = permitsAfter(this.#draft.permits, entry);
      return;
    }
    if (kind === "thresholds" || kind === "feeder-cut" || kind === "feeder-restored") {
      this.#set(entry);
      return;
    }
    if (kind === "baseline-accepted") this.#removals.accepted(effectiveMs, entry.by);
    if (kind === "baseline-accepted" && entry.instrumentsOnly) return;
    this.#meters.tell(kind === "baseline-reset" ? "reset" : "accepted");
    if (kind === "baseline-reset")
      for (const { subject, state } of this.#draft.voc) learnBackgroundAnew(state, subject, this.#context);
    for (const { subject, state } of this.#draft.power) {
      const observation: PowerObservation =
        kind === "baseline-reset"
          ? { type: "reset" }
          : { type: "accepted", utcMs: effectiveMs, by: entry.by };
      powerRise.step(state, subject, observation, this.#context);
    }
  }

  /** What the rules ask for, or which feeders were cut, from the entry's effective time on. */
  #set(entry: Extract<ContextEntry, { kind: "thresholds" | "feeder-cut" | "feeder-restored" }>): void {
    const draft = this.#draft;
    if (entry.kind === "thresholds") {
      draft.thresholds = entry.values;
      this.#context.thresholds = thresholdsOf(entry.values);
      return;
    }
    const { feeder, effectiveMs } = entry;
    const isCut = entry.kind === "feeder-cut";
    const cut = {
      feeder,
      sinceMs: isCut ? effectiveMs : null,
      ...(isCut ? { nominalV: entry.nominalV } : {}),
    };
    draft.cuts = [...draft.cuts.filter((other) => other.feeder !== feeder), cut].slice(-CUTS_MAX);
    this.#context.site = withCuts(this.#site, draft.cuts);
    if (isCut) return;
    this.#feeders.restored(feeder, effectiveMs);
    this.#redeclareWater(feeder, { utcMs: effectiveMs, isCut });
  }

  #redeclareWater(feeder: string, declared: { utcMs: number; isCut: boolean }): void {
    for (const { subject, state } of this.#draft.water)
      if (subject.feeder === feeder) redeclareSupply(state, subject, declared, this.#context);
  }

  /** A new list of channels: what it still has keeps its state under its device and point. */
  channels(record: ChannelsRecord, time: ListTime): void {
    const draft = this.#draft;
    const before = measuredBy([...this.targets.values()].map(({ subject }) => subject));
    const subjects = subjectsOf(record);
    const measured = subjects.filter((subject) => subject.kind === "power");
    const power = measured.map((subject) => ({ ...subject, daysKept: daysKept(measured.length) }));
    const contacts = subjects.filter((subject) => subject.kind === "contact");
    draft.power = merge(draft.power, power, powerRise.init).slice(0, POWER_CHANNELS_MAX);
    this.#energy.channels(draft.power);
    draft.contacts = merge(draft.contacts, contacts, contactOpened.init).slice(0, CONTACTS_MAX);
    draft.meters = subjects.filter((subject) => subject.kind === "feeder").slice(0, FEEDER_CHANNELS_MAX);
    const loads = subjects.filter((subject) => subject.kind === "load");
    this.#meters.channels(measured, draft.meters, loads, time.heldMs);
    const voc = subjects.filter((subject) => subject.kind === "voc");
    draft.voc = merge(draft.voc, voc, vocRise.init).slice(0, VOC_CHANNELS_MAX);
    draft.air = subjects.filter((subject) => subject.kind === "air").slice(0, AIR_CHANNELS_MAX);
    const water = subjects.filter((subject) => subject.kind === "water");
    draft.water = merge(draft.water, water, waterOnCut.init).slice(0, WATER_CHANNELS_MAX);
    this.#indexTargets();
    this.#devices(record, before, time);
    this.#silence.index(this.targets);
  }

  /** Which devices the list has no more. One that comes late from an older run says nothing of those that there are now. */
  #devices(record: ChannelsRecord, before: ReturnType<typeof measuredBy>, time: ListTime): void {
    if (this.#draft.epochs.at(-1)?.epoch !== this.#context.place.epoch) return;
    const isDark = (device: string): boolean => this.#feeders.isDark(device);
    const { heldMs: utcMs } = time;
    if (utcMs !== null) this.#silence.channels(record, this.targets, { utcMs, isDark });
    for (const device of this.#removals.channels(record, before, time)) this.unwatched({ device });
  }

  #indexTargets(): void {
    this.targets.clear();
    for (const subject of this.#draft.meters) this.targets.set(subject.id, { kind: "feeder", subject });
    for (const subject of this.#draft.loads) this.targets.set(subject.id, { kind: "load", subject });
    for (const subject of this.#draft.air) this.targets.set(subject.id, { kind: "air", subject });
    for (const held of this.#draft.voc) {
      if (held.subject.id > 0) this.targets.set(held.subject.id, { kind: "voc", ...held });
    }
    for (const held of this.#draft.water) {
      if (held.subject.id > 0) this.targets.set(held.subject.id, { kind: "water", ...held });
    }
    for (const held of this.#draft.contacts) {
      if (held.subject.id > 0) this.targets.set(held.subject.id, { kind: "contact", ...held });
    }
    for (const held of this.#draft.power) {
      if (held.subject.id > 0) this.targets.set(held.subject.id, { kind: "power", ...held });
    }
  }

  #isPermitted(sensor: PermitSensor | null, utcMs: number): boolean {
    return isPermitted(this.#draft.permits, sensor, utcMs);
  }

  /** True for what is approved work: it is not judged, and what is counted then is not held against anybody later. */
  #passOver(target: Target, utcMs: number): boolean {
    if (target.kind === "voc" || target.kind === "air" || target.kind === "contact") return false;
    if (!this.#isPermitted(target.kind === "water" ? "water" : "power", utcMs)) return false;
    if (target.kind === "power") {
      powerRise.step(target.state, target.subject, { type: "permitted", utcMs }, this.#context);
      this.#energy.permitted(target.subject);
    }
    if (target.kind === "power" || target.kind === "load")
      this.#meters.tell("permitted", target.subject.device);
    else if (target.kind === "water") target.state.lastMs = null;
    const { subject } = target;
    for (const { feeder, state } of this.#draft.feeders) {
      if ("feeder" in subject && subject.feeder === feeder)
        Object.assign(state, { energy: [], loaded: [], live: [] });
    }
    return true;
  }

  /** Doors open for many reasons; seals, gas, water and a feeder that should be dead do not. */
  #isSuspected(): boolean {
    const { contacts, feeders, voc, water } = this.#draft;
    return (
      contacts.some(({ subject, state }) => subject.role === "seal" && state.open !== null) ||
      [...feeders, ...voc, ...water].some(({ state }) => state.open !== null)
    );
  }

  /** Temperature or humidity beside the gas sensors of the device. */
  #beside({ device, measures, perScaled }: AirSubject, scaled: number, utcMs: number): void {
    for (const { subject, state } of this.#draft.voc) {
      if (subject.device !== device) continue;
      vocRise.step(state, subject, { type: measures, utcMs, value: scaled * perScaled }, this.#context);
    }
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
function merge<Kind extends Extract<Subject, { point: string }>, State>(
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
