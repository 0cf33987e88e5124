import {
  type ContextEntry,
  type Episode,
  type FindingRecord,
  foldSegment,
  type GatewayState,
  initialGatewayState,
  judgeSite,
  type SiteContext,
} from "@sealwatch/cloud";
import { Plant, type Scenario, type TimelineAction } from "@sealwatch/firmware-sim";
import type { JournalRecord } from "@sealwatch/protocols";
import { PolledSite } from "./polled-site.ts";

const GATEWAY = "gw-000001";
const SEGMENT_MS = 300_000;

/** One power reading as the meter gave it, for those who judge by power alone; null: no answer. */
export type OnPower = (utcMs: number, powerW: number | null) => void;

/** Where a watch begins. */
export interface WatchStart {
  readonly scenario: Scenario;
  readonly intervalMs: number;
  readonly startMs: number;
  /** Of the plant's chance. */
  readonly seed: number;
  /** Of the instruments, which stay when the plant's chance changes. */
  readonly meterSeed: number;
  /** What was folded before; null: nothing. */
  readonly before: FoldedJournal | null;
  readonly context: readonly ContextEntry[];
  /** When the scenario's timeline begins; null: it does not. */
  readonly anchorMs: number | null;
}

/** A journal that was folded so far. */
export interface FoldedJournal {
  readonly state: GatewayState;
  readonly seq: number;
  readonly zeroMs: number;
  readonly importKwh: number;
}

/** A simulated site, its gateway's records, and the fold that judges it live: one straight line without a socket. */
export class SiteWatch {
  readonly findings: FindingRecord[] = [];
  readonly #scenario: Scenario;
  readonly #intervalMs: number;
  readonly #plant: Plant;
  readonly #polled: PolledSite;
  readonly #site: SiteContext;
  readonly #context: readonly ContextEntry[];
  readonly #zeroMs: number;
  #state: GatewayState;
  #seq: number;
  #records: JournalRecord[];
  #foldedMs: number;
  #pending: { readonly atMs: number; readonly action: TimelineAction }[] = [];

  constructor({ scenario, intervalMs, startMs, seed, meterSeed, before, context, anchorMs }: WatchStart) {
    this.#scenario = scenario;
    this.#intervalMs = intervalMs;
    const importKwhAtStart = before?.importKwh ?? scenario.plant.importKwhAtStart;
    this.#plant = new Plant({ ...scenario.plant, importKwhAtStart }, seed, startMs);
    this.#polled = new PolledSite(this.#plant, scenario.devices, { intervalMs, seed: meterSeed });
    this.#site = siteContextOf(scenario);
    this.#context = context;
    this.#state = before?.state ?? initialGatewayState();
    this.#seq = before?.seq ?? 0;
    this.#zeroMs = before?.zeroMs ?? startMs;
    this.#records = this.#polled.begin(this.#zeroMs);
    this.#foldedMs = startMs;
    if (anchorMs === null) this.#schedule(scenario.learning ?? [], startMs);
    else this.#schedule(scenario.timeline, anchorMs);
  }

  get nowMs(): number {
    return this.#plant.nowMs;
  }

  /** Runs to `toMs`. */
  run(toMs: number, onPower?: OnPower): void {
    while (this.#plant.nowMs < toMs) {
      const nextMs = Math.min(toMs, this.#nextPollMs());
      this.#act(nextMs);
      this.#plant.advance(nextMs);
      for (const record of this.#polled.poll()) this.#records.push(record);
      onPower?.(nextMs, this.#polled.powerW);
      if (nextMs - this.#foldedMs >= SEGMENT_MS) this.fold();
    }
  }

  /** Folds what was recorded since the last segment. */
  fold(): void {
    this.#foldedMs = this.#plant.nowMs;
    if (this.#records.length === 0) return;
    const segment = {
      gateway: GATEWAY,
      epoch: "0000000000000001",
      seq: ++this.#seq,
      records: this.#records,
    };
    const { state, findings } = foldSegment(this.#state, segment, this.#context, this.#site);
    this.#state = state;
    this.#records = [];
    for (const finding of findings) this.findings.push(finding);
  }

  /** The journal up to here, for another watch to go on from. */
  folded(): FoldedJournal {
    this.fold();
    return {
      state: this.#state,
      seq: this.#seq,
      zeroMs: this.#zeroMs,
      importKwh: this.#plant.measurands.importKwh,
    };
  }

  /** The site's episodes as the judge sees them at the end. */
  episodes(): readonly Episode[] {
    this.fold();
    return judgeSite({
      site: this.#scenario.name,
      findings: this.findings,
      silences: [],
      baseline: "accepted",
      untilMs: this.#plant.nowMs,
    }).episodes;
  }

  #schedule(timeline: readonly TimelineAction[], anchorMs: number): void {
    this.#pending = timeline
      .map((action) => ({ atMs: anchorMs + action.at, action }))
      .sort((a, b) => a.atMs - b.atMs);
  }

  #nextPollMs(): number {
    return (Math.floor(this.#plant.nowMs / this.#intervalMs) + 1) * this.#intervalMs;
  }

  #act(untilMs: number): void {
    for (let [next] = this.#pending; next && next.atMs <= untilMs; [next] = this.#pending) {
      this.#pending.shift();
      const { action, atMs } = next;
      this.#plant.advance(atMs);
      this.#records.push(...this.#polled.fault(action.what, action.do, action.value));
      this.#plant.apply(action as Parameters<Plant["apply"]>[0]);
      this.#records.push(...this.#polled.lookAtContacts());
    }
  }
}

/** What the county knows of the site. */
export function siteContextOf({ name, plant }: Scenario): SiteContext {
  return { site: name, utcOffsetMin: plant.utcOffsetMin, formerLoadW: plant.formerLoadW };
}
