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
import { INCOMER } from "./instruments.ts";
import { PolledSite } from "./polled-site.ts";

const GATEWAY = "gw-000001";
/** Longer than a real gateway takes: findings are the same in any batching, and a fold copies its state once a segment. */
const SEGMENT_MS = 1_800_000;

/** One power reading as the meter gave it, for those who judge by power alone; null: no answer. */
export type OnPower = (utcMs: number, powerW: number | null) => void;

interface Due {
  readonly atMs: number;
  readonly action: TimelineAction | Scenario["gateway"][number];
}

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
  /** Told what was recorded, before it is folded. */
  readonly onRecords?: (records: readonly JournalRecord[]) => void;
}

/** A journal that was folded so far. */
export interface FoldedJournal {
  readonly state: GatewayState;
  readonly seq: number;
  readonly zeroMs: number;
  readonly importKwhByFeeder: Readonly<Record<string, number>>;
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
  readonly #onRecords: (records: readonly JournalRecord[]) => void;
  #zeroMs: number;
  #state: GatewayState;
  #seq: number;
  #records: JournalRecord[];
  #foldedMs: number;
  #pending: Due[] = [];
  #epoch = 1;
  /** False while the gateway itself has no power. */
  #awake = true;
  readonly #silences: { gateway: string; fromMs: number; toMs: number | null }[] = [];

  constructor(start: WatchStart) {
    const { scenario, intervalMs, startMs, seed, meterSeed, before, context, anchorMs } = start;
    this.#onRecords = start.onRecords ?? (() => {});
    this.#scenario = scenario;
    this.#intervalMs = intervalMs;
    const plant = before ? countingOn(scenario.plant, before.importKwhByFeeder) : scenario.plant;
    this.#plant = new Plant(plant, seed, startMs);
    this.#polled = new PolledSite(this.#plant, scenario.devices, { intervalMs, seed: meterSeed });
    this.#site = siteContextOf(scenario);
    this.#context = context;
    this.#state = before?.state ?? initialGatewayState();
    this.#seq = before?.seq ?? 0;
    this.#zeroMs = before?.zeroMs ?? startMs;
    this.#records = this.#polled.begin(this.#zeroMs);
    this.#foldedMs = startMs;
    const timeline =
      anchorMs === null ? (scenario.learning ?? []) : [...scenario.timeline, ...scenario.gateway];
    this.#pending = timeline
      .map((action) => ({ atMs: (anchorMs ?? startMs) + action.at, action }))
      .sort((a, b) => a.atMs - b.atMs);
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
      if (!this.#awake) continue;
      for (const record of this.#polled.poll()) this.#records.push(record);
      onPower?.(nextMs, this.#polled.powerW);
      if (nextMs - this.#foldedMs >= SEGMENT_MS) this.fold();
    }
  }

  /** Folds what was recorded since the last segment. */
  fold(): void {
    this.#foldedMs = this.#plant.nowMs;
    if (this.#records.length === 0) return;
    this.#onRecords(this.#records);
    const segment = {
      gateway: GATEWAY,
      epoch: this.#epoch.toString(16).padStart(16, "0"),
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
      importKwhByFeeder: this.#plant.importKwhByFeeder,
    };
  }

  /** The site's episodes as the judge sees them at the end. */
  episodes(): readonly Episode[] {
    this.fold();
    return judgeSite({
      site: this.#scenario.name,
      findings: this.findings,
      silences: this.#silences,
      baseline: "accepted",
      untilMs: this.#plant.nowMs,
    }).episodes;
  }

  #nextPollMs(): number {
    return (Math.floor(this.#plant.nowMs / this.#intervalMs) + 1) * this.#intervalMs;
  }

  #act(untilMs: number): void {
    for (let [next] = this.#pending; next && next.atMs <= untilMs; [next] = this.#pending) {
      this.#pending.shift();
      const { action, atMs } = next;
      this.#plant.advance(atMs);
      if (!("what" in action)) {
        this.#befall(action.do, action.value ?? 0);
        continue;
      }
      this.#note(this.#polled.fault(action.what, action.do, action.value));
      this.#plant.apply(action as Parameters<Plant["apply"]>[0]);
      this.#note(this.#polled.lookAtContacts());
    }
  }

  #note(records: readonly JournalRecord[]): void {
    if (this.#awake) this.#records.push(...records);
  }

  /** Something happens to the gateway itself. */
  #befall(verb: Scenario["gateway"][number]["do"], value: number): void {
    const { nowMs } = this.#plant;
    if (verb === "power-off" || verb === "offline")
      this.#silences.push({ gateway: GATEWAY, fromMs: nowMs, toMs: null });
    const silence = this.#silences.at(-1);
    if (silence && (verb === "power-on" || verb === "online")) silence.toMs = nowMs;
    if (verb === "power-off") {
      this.fold();
      this.#awake = false;
    } else if (verb === "power-on") {
      this.#awake = true;
      this.#epoch += 1;
      this.#seq = 0;
      this.#zeroMs = nowMs;
      const gap: JournalRecord = { type: "gap", atMs: 0, fromMs: 0, reason: "power-cut", readings: 0 };
      this.#records = [gap, ...this.#polled.begin(nowMs)];
    } else if (verb === "clock-jump") {
      const atMs = nowMs - this.#zeroMs;
      const utcMs = nowMs + value * 1_000;
      this.#records.push(
        { type: "event", atMs, event: "clock-jumped", value },
        { type: "clock", atMs, utcMs, uncertaintyMs: 50, source: "simulator" },
      );
    }
  }
}

/** The plant whose meters go on from what they have counted. */
function countingOn(
  plant: Scenario["plant"],
  importKwhByFeeder: FoldedJournal["importKwhByFeeder"],
): Scenario["plant"] {
  const { [INCOMER]: importKwhAtStart = plant.importKwhAtStart } = importKwhByFeeder;
  const feeders = plant.feeders.map((feeder) => ({
    ...feeder,
    importKwhAtStart: importKwhByFeeder[feeder.id] ?? feeder.importKwhAtStart,
  }));
  return { ...plant, importKwhAtStart, feeders };
}

/** What the county knows of the site. */
function siteContextOf({ name, plant, declaredCut }: Scenario): SiteContext {
  const known = {
    site: name,
    utcOffsetMin: plant.utcOffsetMin,
    formerLoadW: plant.formerLoadW,
    declaredCut: declaredCut.map((feeder) => ({ feeder })),
  };
  return known;
}
