import type { Clock, Logger } from "@sealwatch/platform";
import type { DecodedPoint, JournalRecord } from "@sealwatch/protocols";
import type { DebounceBounds } from "./contact-debounce.ts";
import { ContactWatch } from "./contact-watch.ts";
import { afterPoll, type DeviceHealth, FRESH_HEALTH, type HealthBounds, mayAsk } from "./device-health.ts";
import { IdentityReader } from "./identity-reader.ts";
import type { Link } from "./link.ts";
import type { PollPlan } from "./poll-plan.ts";
import { type NextPoll, nextPoll } from "./poll-schedule.ts";
import type { PollsInFlight } from "./polls-in-flight.ts";
import { sampleOf } from "./sample-record.ts";
import { decodeAnswers, StationAsker } from "./station-asker.ts";

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
  readonly #contacts: ContactWatch;
  readonly #asker: StationAsker;
  readonly #identity: IdentityReader;
  /** The reading of what the device says of itself that is under way beside the polls. */
  #aside: Promise<void> | null = null;
  polls = 0;
  missed = 0;

  constructor(plan: PollPlan, phaseMs: number, parts: PollerParts) {
    this.#plan = plan;
    this.#phaseMs = phaseMs;
    this.#parts = parts;
    this.#contacts = new ContactWatch(plan.contacts, parts.bounds, parts.append);
    this.#asker = new StationAsker(plan.reads, plan, parts);
    const rare = new StationAsker(plan.identityReads, plan, parts);
    this.#identity = new IdentityReader(plan, rare, parts.append);
  }

  /** Polls until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, inFlight } = this.#parts;
    const wake = () => this.#nap.abort();
    signal.addEventListener("abort", wake);
    let dueMs = this.#phaseMs;
    while (true) {
      await clock.sleepUntil(dueMs, this.#nap.signal);
      if (signal.aborted) break;
      if (this.#nap.signal.aborted) {
        this.#nap = new AbortController();
        dueMs = clock.monotonicMs();
      }
      await inFlight.track(this.#poll(dueMs, signal));
      const next = this.#next(dueMs);
      this.missed += next.missed;
      dueMs = next.dueMs;
    }
    await this.#aside;
  }

  /** The cadence, or sooner where a contact's change waits to be confirmed. */
  #next(dueMs: number): NextPoll {
    const { clock, bounds } = this.#parts;
    const nowMs = clock.monotonicMs();
    const next = nextPoll(dueMs, nowMs, this.#plan.intervalMs, this.#phaseMs);
    const confirmMs = nowMs + Math.max(1, bounds.debounceMs);
    const sooner = this.#contacts.waits && confirmMs < next.dueMs;
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
    this.#contacts.cutRuns();
  }

  async #poll(dueMs: number, signal: AbortSignal): Promise<void> {
    const startedMs = this.#parts.clock.monotonicMs();
    if (!mayAsk(this.#health, startedMs)) {
      this.#record(Math.floor(startedMs), new Map());
      return;
    }
    this.polls++;
    const answers = await this.#asker.ask(dueMs);
    const atMs = Math.floor(answers.sentMs ?? startedMs);
    this.#judge(answers.answered, atMs);
    if (answers.answered && this.#identity.precedesValues && !this.#aside)
      await this.#identity.read(dueMs, signal);
    this.#record(atMs, decodeAnswers(answers, this.#identity.ratios()));
    if (answers.answered && this.#identity.isDue(atMs)) this.#readAside(dueMs, signal);
  }

  /** Beside the polls, so that none of them waits for the least urgent reads of the line. */
  #readAside(dueMs: number, signal: AbortSignal): void {
    this.#aside ??= this.#parts.inFlight.track(this.#identity.read(dueMs, signal)).finally(() => {
      this.#aside = null;
    });
  }

  #record(atMs: number, points: ReadonlyMap<string, DecodedPoint>): void {
    const { samples } = this.#plan;
    if (samples.length > 0) this.#parts.append(sampleOf(samples, atMs, points));
    this.#contacts.observe(atMs, points);
  }

  #judge(answered: boolean, atMs: number): void {
    const { health, change } = afterPoll(this.#health, answered, atMs, this.#parts.bounds);
    this.#health = health;
    if (!change) return;
    if (change === "device-lost") this.#identity.forget();
    this.#parts.log.warn({ device: this.#plan.device }, change);
    this.#parts.append({ type: "event", atMs, event: change, device: this.#plan.device });
  }
}
