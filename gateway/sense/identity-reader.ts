import { type JournalRecord, QUALITY, ratiosOf, type TransformerRatios, toValue } from "@sealwatch/protocols";
import {
  IDENTITY_INTERVAL_MS,
  type IdentityState,
  initialIdentity,
  observeIdentity,
} from "./identity-watch.ts";
import { type PollPlan, RATIO_KINDS } from "./poll-plan.ts";
import { sampleOf } from "./sample-record.ts";
import { decodeAnswers, type StationAsker } from "./station-asker.ts";

/** Rounds without an answer, or without a second reading that confirms, until the next regular one is waited for. */
const TRIES_MAX = 3;

/** Reads what one device says of itself: at first contact, when it is back, and then every IDENTITY_INTERVAL_MS. */
export class IdentityReader {
  readonly #plan: PollPlan;
  readonly #asker: StationAsker;
  readonly #append: (record: JournalRecord) => void;
  readonly #states: Map<string, IdentityState>;
  #dueMs = Number.NEGATIVE_INFINITY;
  #tries = 0;
  #settled = false;

  constructor(plan: PollPlan, asker: StationAsker, append: (record: JournalRecord) => void) {
    this.#plan = plan;
    this.#asker = asker;
    this.#append = append;
    const { ct, pt } = plan.ratios;
    this.#states = new Map(
      plan.identity.map((planned) => {
        const { kind, id } = planned.point;
        const configured = kind === "ct-ratio" ? ct : kind === "pt-ratio" ? pt : undefined;
        return [id, initialIdentity(planned, configured ?? null)];
      }),
    );
  }

  /** True while a value cannot be told before the device has told its ratios. */
  get precedesValues(): boolean {
    const { samples, identity } = this.#plan;
    return (
      !this.#settled &&
      samples.some(({ point }) => point.secondary) &&
      identity.some(({ point }) => RATIO_KINDS.includes(point.kind))
    );
  }

  isDue(nowMs: number): boolean {
    return this.#plan.identity.length > 0 && nowMs >= this.#dueMs;
  }

  /** The device was lost: another may answer in its place. */
  forget(): void {
    this.#settled = false;
    this.#tries = 0;
    this.#dueMs = Number.NEGATIVE_INFINITY;
  }

  /** Asks, and asks once more at once where something looks changed; of the two the second is journaled, unless it is silence. */
  async read(dueMs: number, signal?: AbortSignal): Promise<void> {
    let round = await this.#round(dueMs, signal);
    let { sample } = round;
    if (round.confirm) {
      round = await this.#round(dueMs, signal);
      sample = round.sample ?? sample;
    }
    if (sample) this.#append(sample);
    this.#tries++;
    const done = (round.answered && !round.confirm) || this.#tries >= TRIES_MAX;
    if (!done || signal?.aborted) return;
    this.#settled = true;
    this.#tries = 0;
    this.#dueMs = Math.max(dueMs, round.atMs) + IDENTITY_INTERVAL_MS;
  }

  /** The transformers' ratios: as the device states them, else as configured. */
  ratios(): TransformerRatios {
    const points = this.#plan.identity.map(({ point }) => point);
    const values = points.map(({ id, decimals }) => {
      const { known = null, suspect = null } = this.#states.get(id) ?? {};
      const stated = known ?? suspect;
      return [id, stated && toValue(stated.scaled, decimals)] as const;
    });
    return ratiosOf(points, Object.fromEntries(values), this.#plan.ratios);
  }

  async #round(dueMs: number, signal?: AbortSignal) {
    const answers = await this.#asker.ask(dueMs, signal);
    const atMs = Math.floor(answers.sentMs ?? dueMs);
    const points = decodeAnswers(answers, null);
    let confirm = false;
    const sample = answers.answered ? sampleOf(this.#plan.identity, atMs, points) : null;
    for (const planned of this.#plan.identity) {
      const state = this.#states.get(planned.point.id);
      const decoded = points.get(planned.point.id);
      if (!state || decoded?.quality !== QUALITY.good || decoded.scaled === null) continue;
      const reading = { scaled: decoded.scaled, atMs };
      const step = observeIdentity(state, this.#plan.device, planned, reading);
      this.#states.set(planned.point.id, step.state);
      if (step.event) this.#append(step.event);
      confirm ||= step.confirm;
    }
    return { answered: answers.answered, confirm, atMs, sample };
  }
}
