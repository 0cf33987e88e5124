import type { JournalRecord } from "@sealwatch/protocols";
import type { Link } from "./sense/link.ts";
import type { LinkReport } from "./sense/link-report.ts";
import { type Cadence, Sensing, type SensingConfig, type SensingParts } from "./sense/sensing.ts";

/** After a swap every device is asked within this, so that a trial need not wait for the rarest poll. */
const FIRST_POLLS_WITHIN_MS = 5_000;

/** Sensing whose configuration can be swapped while it runs: one ends after its polls in flight, then the next begins. */
export class LiveSensing {
  /** Rejects when polling cannot go on; never resolves. */
  readonly failure: Promise<never>;
  readonly #parts: SensingParts;
  readonly #cadence: () => Cadence;
  readonly #lost = new Set<string>();
  #fail: (error: unknown) => void = () => {};
  #sensing: Sensing;
  #run = { stop: new AbortController(), done: Promise.resolve() };
  #before = { polls: 0, missed: 0 };
  #ended = false;

  constructor(config: SensingConfig, cadence: () => Cadence, parts: SensingParts) {
    this.#cadence = cadence;
    const append = (record: JournalRecord) => {
      this.#noteLoss(record);
      parts.append(record);
    };
    this.#parts = { ...parts, append };
    this.#sensing = new Sensing(config, cadence(), this.#parts);
    this.failure = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    // Whoever starts a gateway awaits this; until then it must not end the process by itself.
    this.failure.catch(() => {});
  }

  start(): void {
    const stop = new AbortController();
    this.#run = { stop, done: this.#sensing.run(stop.signal).catch(this.#fail) };
  }

  /** Ends after the polls in flight. */
  async stop(): Promise<void> {
    this.#ended = true;
    this.#run.stop.abort();
    await this.#run.done;
  }

  /** Goes over to `config`; `announce` tells the journal before the next polls. False once sensing has ended. */
  async swap(config: SensingConfig, announce: () => void): Promise<boolean> {
    this.#run.stop.abort();
    await this.#run.done;
    if (this.#ended) return false;
    this.#sensing.cutRuns();
    this.#before = this.counters();
    this.#lost.clear();
    const fromMs = Math.floor(this.#parts.clock.monotonicMs());
    const cadence = { ...this.#cadence(), fromMs, spreadMs: FIRST_POLLS_WITHIN_MS };
    this.#sensing = new Sensing(config, cadence, this.#parts);
    announce();
    this.start();
    return true;
  }

  appendChannels(): void {
    this.#sensing.appendChannels();
  }

  changeCadence(): void {
    this.#sensing.changeCadence(this.#cadence());
  }

  cutRuns(): void {
    this.#sensing.cutRuns();
  }

  /** Null when no poll is under way, else resolves when none is. */
  whenIdle(): Promise<void> | null {
    return this.#sensing.inFlight.whenIdle();
  }

  link(id: string): Link | undefined {
    return this.#sensing.link(id);
  }

  links(): Readonly<Record<string, LinkReport>> {
    return this.#sensing.links();
  }

  counters(): { readonly polls: number; readonly missed: number } {
    const { polls, missed } = this.#sensing.counters();
    return { polls: this.#before.polls + polls, missed: this.#before.missed + missed };
  }

  /** The devices that have answered since this configuration began and are not lost. */
  answering(): ReadonlySet<string> {
    const devices = Object.values(this.links()).flatMap((link) => Object.entries(link.devices));
    const answered = devices.filter(([id, { answered }]) => answered > 0 && !this.#lost.has(id));
    return new Set(answered.map(([id]) => id));
  }

  #noteLoss(record: JournalRecord): void {
    if (record.type !== "event" || record.device === undefined) return;
    if (record.event === "device-lost") this.#lost.add(record.device);
    if (record.event === "device-regained") this.#lost.delete(record.device);
  }
}
