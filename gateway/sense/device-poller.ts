import type { Clock, Logger } from "@sealwatch/platform";
import {
  type DecodedPoint,
  decodePoint,
  isAnswer,
  type JournalRecord,
  type PlannedRead,
  QUALITY,
  rawOf,
} from "@sealwatch/protocols";
import { type ContactState, cutRun, observeContact, unknownContact } from "./contact-run.ts";
import { afterPoll, type DeviceHealth, FRESH_HEALTH, type HealthBounds, mayAsk } from "./device-health.ts";
import type { ModbusLink } from "./modbus-link.ts";
import type { PlannedPoint, PollPlan } from "./poll-plan.ts";
import { nextPoll } from "./poll-schedule.ts";
import type { PollsInFlight } from "./polls-in-flight.ts";

/** What a poller works with. */
export interface PollerParts {
  readonly clock: Clock;
  readonly link: ModbusLink;
  readonly bounds: HealthBounds;
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
  polls = 0;
  missed = 0;

  constructor(plan: PollPlan, phaseMs: number, parts: PollerParts) {
    this.#plan = plan;
    this.#phaseMs = phaseMs;
    this.#parts = parts;
    this.#contacts = plan.contacts.map(({ channel }) => unknownContact(channel));
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
      await inFlight.track(this.#poll());
      const next = nextPoll(dueMs, clock.monotonicMs(), this.#plan.intervalMs, this.#phaseMs);
      this.missed += next.missed;
      dueMs = next.dueMs;
    }
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

  async #poll(): Promise<void> {
    const startedMs = this.#parts.clock.monotonicMs();
    const asked = mayAsk(this.#health, startedMs);
    const answers = asked ? await this.#readAll() : { atMs: startedMs, points: new Map(), answered: false };
    const atMs = Math.floor(answers.atMs);
    if (asked) this.#judge(answers.answered, atMs);
    this.#appendSample(atMs, answers.points);
    this.#contacts = this.#contacts.map((contact, index) => {
      const decoded = answers.points.get(this.#plan.contacts[index]?.point.id ?? "");
      return this.#take(observeContact(contact, decoded?.scaled ?? null, atMs));
    });
  }

  async #readAll(): Promise<Answers> {
    const { link } = this.#parts;
    const points = new Map<string, DecodedPoint>();
    let atMs: number | null = null;
    let answered = false;
    this.polls++;
    for (const read of this.#plan.reads) {
      const answer = await link.read(this.#plan.unit, read.request);
      atMs ??= answer.sentMs;
      decodeRead(read, answer, points);
      if ("values" in answer || isAnswer(answer.quality)) answered = true;
      // The rest of a silent device's reads would each cost the bus another timeout.
      else if (answer.quality === QUALITY.noAnswer) break;
    }
    return { atMs: atMs ?? this.#parts.clock.monotonicMs(), points, answered };
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

interface Answers {
  readonly atMs: number;
  readonly points: ReadonlyMap<string, DecodedPoint>;
  readonly answered: boolean;
}

const SILENT: DecodedPoint = { scaled: null, quality: QUALITY.noAnswer };

function decodeRead(
  read: PlannedRead,
  answer: Awaited<ReturnType<ModbusLink["read"]>>,
  into: Map<string, DecodedPoint>,
): void {
  for (const point of read.points) {
    into.set(
      point.id,
      "values" in answer
        ? decodePoint(point, rawOf(read, point, answer.values))
        : { scaled: null, quality: answer.quality },
    );
  }
}
