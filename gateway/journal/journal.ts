import { Worker } from "node:worker_threads";
import type { Clock, Logger } from "@sealwatch/platform";
import {
  type GapRecord,
  type HeldEpoch,
  type JournalPosition,
  type JournalRecord,
  readingsIn,
} from "@sealwatch/protocols";
import { gatewayError } from "../errors.ts";
import type { DiskReport, JournalAnswer, JournalRequest, WorkerOptions } from "./journal-message.ts";
import type { SpaceReport } from "./journal-space.ts";
import type { StoredSegment } from "./stored-segment.ts";

/** Records on their way to the disk; past it telemetry is dropped, and the loss is journaled. */
const QUEUE_MAX_RECORDS = 20_000;
/** Once dropping, telemetry is taken again when the queue has come down to this. */
const QUEUE_RESUME_RECORDS = 10_000;
/** Past it not even events are taken: the disk has failed for hours. */
const QUEUE_HARD_MAX_RECORDS = 40_000;

/** How to open a journal. `clock` runs from 0 when the epoch begins. */
export interface JournalOptions extends WorkerOptions {
  readonly workerUrl: URL;
  readonly clock: Clock;
  readonly log: Logger;
}

type Answered = Extract<JournalAnswer, { readonly id: number }>;

/** The main thread's side of the journal: takes records at once, never waits for the disk, and says what is lost. */
export class Journal {
  readonly epoch: string;
  /** The damaged file that was put aside on opening, if one was. */
  readonly quarantined: string | null;
  readonly #worker: Worker;
  readonly #options: JournalOptions;
  readonly #waiting = new Map<number, (answer: Answered) => void>();
  readonly #failure: PromiseWithReject;
  #buffer: JournalRecord[] = [];
  /** Since when the buffer holds its first record, on the epoch's clock. */
  #bufferedMs = 0;
  #inWorker: { readonly id: number; readonly records: number; readonly bufferedMs: number }[] = [];
  #queued = 0;
  #belowMark: { readonly mark: number; readonly resolve: () => void }[] = [];
  #gap: { fromMs: number; readings: number; reason: GapRecord["reason"] } | null = null;
  #full = false;
  #lastId = 0;
  #closed = false;
  newestOrd: number;
  sealed = 0;
  readings = 0;
  /** Told after segments were sealed and committed. */
  onSealed: () => void = () => {};

  private constructor(worker: Worker, options: JournalOptions, opened: Opened) {
    this.#worker = worker;
    this.#options = options;
    this.epoch = opened.epoch;
    this.quarantined = opened.quarantined;
    this.newestOrd = opened.newestOrd;
    this.#failure = promiseWithReject();
    worker.on("message", (answer: JournalAnswer) => this.#take(answer));
    worker.on("error", (cause) => this.#fail(cause.message));
    worker.on("exit", () => this.#fail("its thread ended"));
  }

  /** Starts the worker, which seals what the last run left and opens a new epoch. Throws JOURNAL_FAILED or the opener's code. */
  static async open(options: JournalOptions): Promise<Journal> {
    const { file, keyFile, gateway, budgetBytes, commitDelayMs = 0 } = options;
    const workerData: WorkerOptions = { file, keyFile, gateway, budgetBytes, commitDelayMs };
    // The worker is built code, whatever flags this process was started with.
    const worker = new Worker(options.workerUrl, { workerData, execArgv: [] });
    const opened = await new Promise<Opened>((resolve, reject) => {
      worker.once("error", (cause) => reject(gatewayError("JOURNAL_FAILED", { why: cause.message }, cause)));
      // Not removeAllListeners afterwards: a Worker without its own listeners falls silent.
      worker.once("message", (answer: JournalAnswer) => {
        if (answer.op === "opened") resolve(answer);
        else if (answer.op === "failed") reject(openFailure(answer, options));
      });
    });
    return new Journal(worker, options, opened);
  }

  /** Rejects with JOURNAL_FAILED when the journal cannot go on; never resolves. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  /** Takes one record. An event is committed at once, the rest with the next flush. */
  append(record: JournalRecord): void {
    const telemetry = record.type === "sample" || record.type === "run";
    if (telemetry && this.#mustDrop(record)) return;
    if (this.#queued >= QUEUE_HARD_MAX_RECORDS) return;
    this.#put(record);
    if (record.type === "event") this.flush();
  }

  /** Sends what was taken to the disk. */
  flush(seal = false): void {
    if (this.#closed || (this.#buffer.length === 0 && !seal)) return;
    const id = ++this.#lastId;
    this.#inWorker.push({ id, records: this.#buffer.length, bufferedMs: this.#bufferedMs });
    this.#send({ op: "append", id, records: this.#buffer, seal });
    this.#buffer = [];
  }

  /** For how long the oldest record that is not on disk yet has waited, ms; 0: all are. */
  get unsavedMs(): number {
    const oldestMs = this.#inWorker.find(({ records }) => records > 0)?.bufferedMs;
    if (oldestMs === undefined && this.#buffer.length === 0) return 0;
    return Math.max(0, Math.floor(this.#options.clock.monotonicMs() - (oldestMs ?? this.#bufferedMs)));
  }

  /** Null when at most `mark` records are on their way to the disk, else resolves when so. */
  whenBelow(mark: number): Promise<void> | null {
    if (this.#queued <= mark) return null;
    return new Promise((resolve) => this.#belowMark.push({ mark, resolve }));
  }

  /** Segments after `afterOrd`, at most `limit`. */
  async read(afterOrd: number, limit: number): Promise<readonly StoredSegment[]> {
    const answer = await this.#ask((id) => ({ op: "read", id, afterOrd, limit }));
    return answer.op === "segments" ? answer.segments : [];
  }

  /** The order of a segment that is held, or null. */
  async locate(position: JournalPosition): Promise<number | null> {
    const answer = await this.#ask((id) => ({ op: "locate", id, position }));
    return answer.op === "located" ? answer.ord : null;
  }

  /** Epochs held, for a hello. */
  async held(): Promise<readonly HeldEpoch[]> {
    const answer = await this.#ask((id) => ({ op: "held", id }));
    return answer.op === "held" ? answer.epochs : [];
  }

  /** What the journal takes, and how long it lasts. */
  async space(): Promise<SpaceReport & DiskReport> {
    const answer = await this.#ask((id) => ({ op: "space", id }));
    if (answer.op !== "space") throw gatewayError("JOURNAL_FAILED", { why: `${answer.op} is no answer` });
    return answer.space;
  }

  /** The cloud holds everything up to `ord`. */
  acknowledge(ord: number): void {
    if (!this.#closed) this.#send({ op: "acknowledge", ord });
  }

  /** Commits and seals what there is, then closes the file. */
  async close(): Promise<void> {
    if (this.#closed) return;
    if (this.#gap) this.#endGap(this.#gap);
    this.flush(true);
    const closed = this.#ask((id) => ({ op: "close", id }));
    this.#closed = true;
    await Promise.race([closed, this.failure]).finally(() => this.#worker.terminate());
  }

  #put(record: JournalRecord): void {
    if (this.#buffer.length === 0) this.#bufferedMs = this.#options.clock.monotonicMs();
    this.#buffer.push(record);
    this.#queued++;
    this.readings += readingsIn(record);
  }

  /** Drops telemetry while the queue or the disk is full; what was dropped is journaled as a gap when it ends. */
  #mustDrop(record: JournalRecord): boolean {
    const limit = this.#gap ? QUEUE_RESUME_RECORDS : QUEUE_MAX_RECORDS;
    if (!this.#full && this.#queued < limit) {
      if (this.#gap) this.#endGap(this.#gap);
      return false;
    }
    this.#gap ??= { fromMs: record.atMs, readings: 0, reason: this.#full ? "journal-full" : "overload" };
    this.#gap.readings += readingsIn(record);
    return true;
  }

  #endGap(gap: { fromMs: number; readings: number; reason: GapRecord["reason"] }): void {
    this.#gap = null;
    const atMs = Math.max(gap.fromMs, Math.floor(this.#options.clock.monotonicMs()));
    this.#put({ type: "gap", atMs, ...gap });
    this.#options.log.warn({ ...gap }, "telemetry is taken again");
  }

  #take(answer: JournalAnswer): void {
    if ("id" in answer) {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    } else if (answer.op === "committed") this.#committed(answer);
    else if (answer.op === "failed") this.#fail(answer.why);
    else if (answer.op === "disk") this.#tellDisk(answer.full);
    else if (answer.op === "retrying") {
      if (answer.diskFull) this.#full = true;
      this.#options.log.error({ why: answer.why }, "the journal cannot write; trying again");
    }
  }

  #tellDisk(full: boolean): void {
    const { log } = this.#options;
    if (full)
      log.error("the disk is full: events are kept from a reserve, telemetry only while there is room");
    else log.warn("the disk has room again");
  }

  #committed(answer: Extract<JournalAnswer, { op: "committed" }>): void {
    while ((this.#inWorker[0]?.id ?? Number.POSITIVE_INFINITY) <= answer.upToId)
      this.#queued -= this.#inWorker.shift()?.records ?? 0;
    this.#full = answer.full;
    this.newestOrd = answer.newestOrd;
    this.sealed += answer.sealed;
    if (answer.sealed > 0) this.onSealed();
    const ready = this.#belowMark.filter(({ mark }) => this.#queued <= mark);
    this.#belowMark = this.#belowMark.filter(({ mark }) => this.#queued > mark);
    for (const { resolve } of ready) resolve();
  }

  #ask(request: (id: number) => JournalRequest): Promise<Answered> {
    const id = ++this.#lastId;
    this.#send(request(id));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #send(request: JournalRequest): void {
    this.#worker.postMessage(request);
  }

  #fail(why: string): void {
    if (!this.#closed) this.#failure.reject(gatewayError("JOURNAL_FAILED", { why }));
  }
}

type Opened = Extract<JournalAnswer, { op: "opened" }>;

interface PromiseWithReject {
  readonly promise: Promise<never>;
  readonly reject: (error: Error) => void;
}

function promiseWithReject(): PromiseWithReject {
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  // Whoever cares awaits it; nobody caring is no crash.
  promise.catch(() => {});
  return { promise, reject };
}

function openFailure({ why }: { readonly why: string }, { file }: JournalOptions): Error {
  return gatewayError("JOURNAL_FAILED", { why: `${file}: ${why}` });
}
