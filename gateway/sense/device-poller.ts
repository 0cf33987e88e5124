import type { Clock, Logger } from "@sealwatch/platform";
import {
  type DecodedPoint,
  type DevicePoint,
  exceptionQuality,
  isAnswer,
  type JournalRecord,
  QUALITY,
  ratiosOf,
  toValue,
} from "@sealwatch/protocols";
import { type DebounceBounds, debounce, type Unconfirmed } from "./contact-debounce.ts";
import { type ContactState, cutRun, observeContact, unknownContact } from "./contact-run.ts";
import { afterPoll, type DeviceHealth, FRESH_HEALTH, type HealthBounds, mayAsk } from "./device-health.ts";
import type { Link, LinkReply } from "./link.ts";
import { type PlannedPoint, type PollPlan, RATIO_KINDS } from "./poll-plan.ts";
import { type NextPoll, nextPoll } from "./poll-schedule.ts";
import type { PollsInFlight } from "./polls-in-flight.ts";
import { decodeFrom, requestOf, type StationRead, splitStationRead } from "./station-read.ts";

/** Modbus: illegal data address. DL/T 645-2007: no such data. */
const ILLEGAL_ADDRESS = exceptionQuality(2);

/** What a poller works with. */
export interface PollerParts {
  readonly clock: Clock;
  readonly link: Link;
  readonly bounds: HealthBounds & DebounceBounds;
  readonly inFlight: PollsInFlight;
  readonly append: (record: JournalRecord) => void;
  readonly log: Logger;
}

/** Polls one device at a fixed cadence and turns its answers into records. */
export class DevicePoller {
  readonly #parts: PollerParts;
  #plan: PollPlan;
  #phaseMs: number;
  #nap = new AbortController();
  #health: DeviceHealth = FRESH_HEALTH;
  #contacts: ContactState[];
  /** By contact: a position that is not believed yet. */
  #unconfirmed: (Unconfirmed | null)[];
  /** The plan's reads, except where the device refused one for its addresses. */
  #reads: readonly StationRead[];
  /** The transformers' ratios as the device last stated them. */
  readonly #stated = new Map<string, { readonly point: DevicePoint; readonly value: number }>();
  polls = 0;
  missed = 0;

  constructor(plan: PollPlan, phaseMs: number, parts: PollerParts) {
    this.#plan = plan;
    this.#phaseMs = phaseMs;
    this.#parts = parts;
    this.#contacts = plan.contacts.map(({ channel }) => unknownContact(channel));
    this.#unconfirmed = plan.contacts.map(() => null);
    this.#reads = plan.reads;
  }

  /** Polls until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, inFlight } = this.#parts;
    const wake = () => this.#nap.abort();
    signal.addEventListener("abort", wake);
    let dueMs = this.#phaseMs;
    while (true) {
      await clock.sleepUntil(dueMs, this.#nap.signal);
      if (signal.aborted) return;
      if (this.#nap.signal.aborted) {
        this.#nap = new AbortController();
        dueMs = clock.monotonicMs();
      }
      await inFlight.track(this.#poll(dueMs));
      const next = this.#next(dueMs);
      this.missed += next.missed;
      dueMs = next.dueMs;
    }
  }

  /** The cadence, or sooner where a contact's change waits to be confirmed. */
  #next(dueMs: number): NextPoll {
    const { clock, bounds } = this.#parts;
    const nowMs = clock.monotonicMs();
    const next = nextPoll(dueMs, nowMs, this.#plan.intervalMs, this.#phaseMs);
    const confirmMs = nowMs + Math.max(1, bounds.debounceMs);
    const sooner = this.#unconfirmed.some((one) => one !== null) && confirmMs < next.dueMs;
    return sooner ? { dueMs: confirmMs, missed: Math.max(0, next.missed) } : next;
  }

  /** Goes over to another cadence now. The points must be the same. */
  changeCadence(plan: PollPlan, phaseMs: number): void {
    this.#plan = plan;
    this.#phaseMs = phaseMs;
    this.#nap.abort();
  }

  /** Writes down the proof of polling so far. */
  cutRuns(): void {
    this.#contacts = this.#contacts.map((contact) => this.#take(cutRun(contact)));
  }

  async #poll(dueMs: number): Promise<void> {
    const startedMs = this.#parts.clock.monotonicMs();
    const asked = mayAsk(this.#health, startedMs);
    const answers = asked
      ? await this.#readAll(dueMs)
      : { atMs: startedMs, points: new Map(), answered: false };
    const atMs = Math.floor(answers.atMs);
    if (asked) this.#judge(answers.answered, atMs);
    this.#appendSample(atMs, answers.points);
    this.#observeContacts(atMs, answers.points);
  }

  #observeContacts(atMs: number, points: ReadonlyMap<string, DecodedPoint>): void {
    this.#contacts = this.#contacts.map((contact, index) => {
      const value = points.get(this.#plan.contacts[index]?.point.id ?? "")?.scaled ?? null;
      const poll = { value, atMs };
      const unconfirmed = this.#unconfirmed[index] ?? null;
      const step = debounce(contact.value, unconfirmed, poll, this.#parts.bounds);
      this.#unconfirmed[index] = step.unconfirmed;
      return step.believed.reduce(
        (state, believed) => this.#take(observeContact(state, believed.value, believed.atMs)),
        contact,
      );
    });
  }

  async #readAll(dueMs: number): Promise<Answers> {
    const { link } = this.#parts;
    const replies: Reply[] = [];
    let answered = false;
    this.polls++;
    const todo = [...this.#reads];
    for (let read = todo.shift(); read; read = todo.shift()) {
      const outcome = await link.transact(requestOf(this.#plan.unit, read, dueMs));
      const quality = "quality" in outcome ? outcome.quality : QUALITY.good;
      if (isAnswer(quality)) answered = true;
      const parts = quality === ILLEGAL_ADDRESS ? this.#split(read) : null;
      if (parts) todo.unshift(...parts);
      else replies.push({ read, outcome });
      // The rest of a silent device's reads would each cost the bus another timeout.
      if (quality === QUALITY.noAnswer) break;
    }
    const atMs = replies[0]?.outcome.sentMs ?? this.#parts.clock.monotonicMs();
    return { atMs, points: this.#decode(replies), answered };
  }

  /** The transformers' ratios first: what lies on the secondary side is multiplied by them. */
  #decode(replies: readonly Reply[]): Map<string, DecodedPoint> {
    const held = replies.flatMap(({ read, outcome }) => {
      const members: readonly DevicePoint[] = read.points;
      return members.map((point) => ({ read, point, outcome }));
    });
    for (const { read, point, outcome } of held) {
      if (!RATIO_KINDS.includes(point.kind)) continue;
      const { scaled } = decodeFrom(read, point, outcome, null);
      if (scaled !== null) this.#stated.set(point.id, { point, value: toValue(scaled, point.decimals) });
    }
    const stated = [...this.#stated.values()];
    const ratios = ratiosOf(
      stated.map(({ point }) => point),
      Object.fromEntries(stated.map(({ point, value }) => [point.id, value])),
      this.#plan.ratios,
    );
    return new Map(
      held.map(({ read, point, outcome }) => [point.id, decodeFrom(read, point, outcome, ratios)]),
    );
  }

  /** Remembers to read in parts what the device does not answer in one. */
  #split(read: StationRead): readonly StationRead[] | null {
    const parts = splitStationRead(read);
    if (!parts) return null;
    this.#parts.log.info({ device: this.#plan.device, parts: parts.length }, "read split");
    this.#reads = this.#reads.flatMap((one) => (one === read ? parts : [one]));
    return parts;
  }

  #judge(answered: boolean, atMs: number): void {
    const { health, change } = afterPoll(this.#health, answered, atMs, this.#parts.bounds);
    this.#health = health;
    if (!change) return;
    this.#parts.log.warn({ device: this.#plan.device }, change);
    this.#parts.append({ type: "event", atMs, event: change, device: this.#plan.device });
  }

  /** One record a poll; what did not answer is there as such, never left out and never repeated. */
  #appendSample(atMs: number, points: ReadonlyMap<string, DecodedPoint>): void {
    const { samples } = this.#plan;
    if (samples.length === 0) return;
    const decoded = samples.map(({ point }: PlannedPoint) => points.get(point.id) ?? SILENT);
    this.#parts.append({
      type: "sample",
      atMs,
      channels: samples.map(({ channel }) => channel),
      scaled: decoded.map(({ scaled }) => scaled),
      qualities: decoded.map(({ quality }) => quality),
    });
  }

  #take(step: { readonly state: ContactState; readonly records: readonly JournalRecord[] }): ContactState {
    for (const record of step.records) this.#parts.append(record);
    return step.state;
  }
}

interface Reply {
  readonly read: StationRead;
  readonly outcome: LinkReply;
}

interface Answers {
  readonly atMs: number;
  readonly points: ReadonlyMap<string, DecodedPoint>;
  readonly answered: boolean;
}

const SILENT: DecodedPoint = { scaled: null, quality: QUALITY.noAnswer };
