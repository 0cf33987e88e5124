import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { sleepMs, systemClock } from "@sealwatch/platform/clock";
import { messageOf, SealwatchError } from "@sealwatch/platform/errors";
import { systemRandom } from "@sealwatch/platform/random";
import { type OpenSqlite, openSqlite } from "@sealwatch/platform/sqlite";
import { ed25519Signer } from "@sealwatch/protocols/sealing";
import type { JournalAnswer, JournalRequest, WorkerOptions } from "./journal-message.ts";
import { JournalStore } from "./journal-store.ts";
import { isDamage, quarantine } from "./quarantine.ts";
import { signingKeyPem } from "./signing-key-file.ts";

const EPOCH_BYTES = 8;
/** After a commit that failed, as on a full disk. */
const RETRY_MS = 1_000;

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

  constructor(port: MessagePort, options: WorkerOptions, opened: OpenJournal) {
    this.#port = port;
    this.#options = options;
    this.#sqlite = opened.sqlite;
    this.#store = opened.store;
    this.#newestOrd = this.#store.newestOrd();
    const { epoch } = this.#store;
    this.#tell({ op: "opened", epoch, newestOrd: this.#newestOrd, quarantined: opened.quarantined });
    port.on("message", (request: JournalRequest) => this.#take(request));
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
      for (const question of this.#questions.splice(0)) this.#answer(question);
    } catch (error) {
      void this.#recover(error);
    }
  }

  #commit(): void {
    const upToId = this.#appends.at(-1)?.id ?? 0;
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
    this.#tell({ op: "retrying", why: messageOf(error) });
    this.#scheduled = true;
    await sleepMs(systemClock, RETRY_MS);
    this.#drain();
  }

  async #close(id: number): Promise<void> {
    await this.#closeFile();
    this.#tell({ op: "closed", id });
    this.#port.close();
  }

  async #closeFile(): Promise<void> {
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
}

async function openJournal(options: WorkerOptions, quarantined: string | null = null): Promise<OpenJournal> {
  const signer = ed25519Signer(signingKeyPem(options.keyFile));
  const newEpoch = Buffer.from(systemRandom.bytes(EPOCH_BYTES)).toString("hex");
  let sqlite: OpenSqlite | null = null;
  try {
    sqlite = await openSqlite(options.file);
    const { gateway, budgetBytes } = options;
    const store = new JournalStore(sqlite.db, { gateway, signer, newEpoch, budgetBytes });
    return { sqlite, store, quarantined };
  } catch (error) {
    await sqlite?.close();
    if (quarantined !== null || !isDamage(error)) throw error;
    return openJournal(options, quarantine(options.file));
  }
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
