import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { sleepMs, systemClock } from "@sealwatch/platform/clock";
import { messageOf, SealwatchError } from "@sealwatch/platform/errors";
import { systemRandom } from "@sealwatch/platform/random";
import { type OpenSqlite, openSqlite } from "@sealwatch/platform/sqlite";
import { ed25519Signer } from "@sealwatch/protocols/sealing";
import { DiskReserve } from "./disk-reserve.ts";
import type { JournalAnswer, JournalRequest, WorkerOptions } from "./journal-message.ts";
import { JournalStore } from "./journal-store.ts";
import { isDamage, quarantine } from "./quarantine.ts";
import { signingKeyPem } from "./signing-key-file.ts";

const EPOCH_BYTES = 8;
/** After a commit that failed, as on a full disk; and how often a full disk is looked at. */
const RETRY_MS = 1_000;
/** Who closes while the disk takes nothing is let go after so many tries. */
const CLOSE_TRIES_MAX = 5;

type Append = Extract<JournalRequest, { op: "append" }>;

/** The one thread that opens the journal: it commits what waits in its queue together, then answers questions. */
class JournalWorker {
  readonly #port: MessagePort;
  readonly #options: WorkerOptions;
  readonly #sqlite: OpenSqlite;
  readonly #store: JournalStore;
  #appends: Append[] = [];
  #questions: JournalRequest[] = [];
  #scheduled = false;
  #newestOrd: number;
  readonly #reserve: DiskReserve;
  #diskFull = false;
  #failures = 0;
  #closed = false;

  constructor(port: MessagePort, options: WorkerOptions, opened: OpenJournal) {
    this.#port = port;
    this.#options = options;
    this.#sqlite = opened.sqlite;
    this.#store = opened.store;
    this.#newestOrd = this.#store.newestOrd();
    const { epoch } = this.#store;
    this.#reserve = opened.reserve;
    this.#tell({ op: "opened", epoch, newestOrd: this.#newestOrd, quarantined: opened.quarantined });
    port.on("message", (request: JournalRequest) => this.#take(request));
    if (!this.#reserve.make()) void this.#enterFullDisk();
  }

  #take(request: JournalRequest): void {
    if (request.op === "append") this.#appends.push(request);
    else this.#questions.push(request);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#drain());
  }

  #drain(): void {
    this.#scheduled = false;
    try {
      if (this.#appends.length > 0) this.#commit();
      for (let next = this.#questions[0]; next; next = this.#questions[0]) {
        this.#answer(next);
        this.#questions.shift();
      }
      this.#failures = 0;
    } catch (error) {
      void this.#recover(error);
    }
  }

  #commit(): void {
    const upToId = this.#appends.reduce((newest, { id }) => Math.max(newest, id), 0);
    waitBlocking(this.#options.commitDelayMs ?? 0);
    const sealed = this.#store.commit(this.#appends);
    this.#appends = [];
    this.#newestOrd += sealed;
    this.#tell({ op: "committed", upToId, sealed, newestOrd: this.#newestOrd, full: this.#store.full });
  }

  #answer(question: JournalRequest): void {
    const store = this.#store;
    switch (question.op) {
      case "read":
        this.#tell({
          op: "segments",
          id: question.id,
          segments: store.read(question.afterOrd, question.limit),
        });
        break;
      case "locate":
        this.#tell({ op: "located", id: question.id, ord: store.locate(question.position) });
        break;
      case "held":
        this.#tell({ op: "held", id: question.id, epochs: store.held() });
        break;
      case "space":
        this.#tell({ op: "space", id: question.id, space: { ...store.space(), diskFull: this.#diskFull } });
        break;
      case "acknowledge":
        store.acknowledge(question.ord);
        // A full journal takes no telemetry, so that nothing else would make it look for room.
        if (store.full) this.#commit();
        break;
      case "close":
        void this.#close(question.id);
    }
  }

  async #recover(error: unknown): Promise<void> {
    if (isDamage(error)) {
      await this.#closeFile();
      const aside = quarantine(this.#options.file);
      const why = `${messageOf(error)}; the file was put aside as ${aside}, a restart begins a new one`;
      this.#tell({ op: "failed", why, code: null });
      return;
    }
    this.#scheduled = true;
    const diskFull = this.#reserve.explains(error);
    const released = diskFull && this.#reserve.release();
    if (diskFull) {
      void this.#enterFullDisk();
      this.#store.diskIsFull(true);
    }
    this.#tell({ op: "retrying", why: messageOf(error), diskFull });
    const closing = this.#questions.find((question) => question.op === "close");
    if (closing && ++this.#failures > CLOSE_TRIES_MAX) return this.#answer(closing);
    if (!released) await sleepMs(systemClock, RETRY_MS);
    this.#drain();
  }

  /** Until the disk has room for the reserve again; then somebody must hear that telemetry is taken. */
  async #enterFullDisk(): Promise<void> {
    if (this.#diskFull) return;
    this.#diskFull = true;
    this.#tell({ op: "disk", full: true });
    while (!this.#closed && !this.#reserve.make()) await sleepMs(systemClock, RETRY_MS);
    this.#diskFull = false;
    if (this.#closed) return;
    this.#store.diskIsFull(false);
    this.#tell({ op: "disk", full: false });
    this.#take({ op: "append", id: 0, records: [], seal: false });
  }

  async #close(id: number): Promise<void> {
    await this.#closeFile();
    this.#tell({ op: "closed", id });
    this.#port.close();
  }

  async #closeFile(): Promise<void> {
    this.#closed = true;
    this.#store.close();
    await this.#sqlite.close();
  }

  #tell(answer: JournalAnswer): void {
    this.#port.postMessage(answer);
  }
}

interface OpenJournal {
  readonly sqlite: OpenSqlite;
  readonly store: JournalStore;
  readonly quarantined: string | null;
  readonly reserve: DiskReserve;
}

async function openJournal(options: WorkerOptions, quarantined: string | null = null): Promise<OpenJournal> {
  const signer = ed25519Signer(signingKeyPem(options.keyFile));
  const newEpoch = Buffer.from(systemRandom.bytes(EPOCH_BYTES)).toString("hex");
  const reserve = new DiskReserve(options.file);
  let sqlite: OpenSqlite | null = null;
  try {
    sqlite = await openSqlite(options.file);
    const { gateway, budgetBytes } = options;
    const wallMs = () => systemClock.wallMs();
    const store = new JournalStore(sqlite.db, { gateway, signer, newEpoch, budgetBytes, wallMs });
    return { sqlite, store, quarantined, reserve };
  } catch (error) {
    await sqlite?.close();
    // Without room nothing can be opened: the reserve is for this too.
    if (reserve.explains(error) && reserve.release()) return openJournal(options, quarantined);
    if (quarantined !== null || !isDamage(error)) throw error;
    return openJournal(options, quarantine(options.file));
  }
}

/** Holds the whole thread up, as a card does that takes its time. */
function waitBlocking(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

async function main(port: MessagePort): Promise<void> {
  const options = workerData as WorkerOptions;
  try {
    new JournalWorker(port, options, await openJournal(options));
  } catch (error) {
    const code = error instanceof SealwatchError ? error.code : null;
    port.postMessage({ op: "failed", why: messageOf(error), code } satisfies JournalAnswer);
  }
}

if (parentPort) await main(parentPort);
