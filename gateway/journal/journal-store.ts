import type { SqliteDatabase } from "@sealwatch/platform";
import type { HeldEpoch, JournalPosition, JournalRecord, Signer } from "@sealwatch/protocols";
import { encodeCose, NO_HASH, readingsIn, sealSegment } from "@sealwatch/protocols/sealing";
import { gatewayError } from "../errors.ts";
import { JournalTables } from "./journal-tables.ts";
import { mergeRuns } from "./merge-runs.ts";
import type { StoredSegment } from "./stored-segment.ts";

/** One segment stays far below the wire's limit even if every reading took nine bytes. */
const SEGMENT_READINGS_MAX = 25_000;
const SEGMENT_RECORDS_MAX = 25_000;
/** Segments evicted in one commit, so that none takes long. */
const EVICT_MAX = 64;

/** Records to commit, and whether to seal what is in the tail with them. */
export interface Batch {
  readonly records: readonly JournalRecord[];
  readonly seal: boolean;
}

/** Whose journal it is, and how large it may grow. */
export interface StoreOptions {
  readonly gateway: string;
  readonly signer: Signer;
  /** 16 hexadecimal digits, random. */
  readonly newEpoch: string;
  readonly budgetBytes: number;
}

/** Where the chain stands. */
interface Head {
  readonly epoch: string;
  readonly parent: JournalPosition | null;
  /** Sealed in this epoch; 0 when none is. */
  readonly seq: number;
  readonly last: JournalPosition | null;
}

/** The journal's file: one transaction for every call that writes. */
export class JournalStore {
  readonly #tables: JournalTables;
  readonly #options: StoreOptions;
  #head: Head;
  #tail: readonly JournalRecord[];
  #bytes: number;
  #acknowledgedOrd: number;
  #full = false;

  /** Seals what the run before left in its tail, then opens a new epoch. Throws JOURNAL_FOREIGN, or what SQLite says. */
  constructor(db: SqliteDatabase, options: StoreOptions) {
    this.#tables = new JournalTables(db);
    this.#options = options;
    const owner = this.#tables.ownerOr(options.gateway);
    if (owner !== options.gateway)
      throw gatewayError("JOURNAL_FOREIGN", { file: "the journal", found: owner, expected: options.gateway });
    this.#acknowledgedOrd = this.#tables.acknowledgedOrd();
    this.#bytes = this.#tables.segmentBytes();
    this.#tail = this.#tables.readTail();
    const epoch = this.#tables.lastEpoch();
    const last = this.#tables.lastPosition();
    this.#head = {
      epoch: epoch?.epoch ?? options.newEpoch,
      parent: epoch?.parent ?? null,
      seq: last && last.epoch === epoch?.epoch ? last.seq : 0,
      last,
    };
    if (epoch) this.commit([{ records: [], seal: true }]);
    this.#openEpoch();
  }

  get epoch(): string {
    return this.#head.epoch;
  }

  /** Order of the newest sealed segment; 0 when there is none. */
  newestOrd(): number {
    return this.#tables.newestOrd();
  }

  /** True when segments that nobody acknowledged fill the budget. */
  get full(): boolean {
    return this.#full;
  }

  /** Commits all batches in one transaction, durable when it returns. Gives how many segments were sealed. */
  commit(batches: readonly Batch[]): number {
    let head = this.#head;
    let tail = this.#tail;
    let fresh: JournalRecord[] = [];
    let bytes = this.#bytes;
    let sealed = 0;
    let evicted = 0;
    this.#tables.transaction(() => {
      const seal = () => {
        for (const records of cut([...tail, ...fresh])) {
          const added = this.#seal(head, records);
          head = added.head;
          bytes += added.bytes;
          sealed++;
        }
        if (tail.length > 0) this.#tables.clearTail();
        tail = [];
        fresh = [];
      };
      for (const batch of batches) {
        fresh.push(...batch.records);
        if (batch.seal || tail.length + fresh.length > SEGMENT_RECORDS_MAX) seal();
      }
      if (fresh.length > 0) this.#tables.appendTail(fresh);
      this.#tables.saveAcknowledgedOrd(this.#acknowledgedOrd);
      if (bytes > this.#options.budgetBytes) evicted = this.#tables.evict(this.#acknowledgedOrd, EVICT_MAX);
    });
    this.#head = head;
    this.#tail = [...tail, ...fresh];
    this.#bytes = bytes - evicted;
    this.#full = evicted === 0 && this.#bytes > this.#options.budgetBytes;
    return sealed;
  }

  /** Segments after `afterOrd` in order, at most `limit`. */
  read(afterOrd: number, limit: number): StoredSegment[] {
    return this.#tables.readSegments(afterOrd, limit);
  }

  /** The order of a segment that is held, or null. */
  locate(position: JournalPosition): number | null {
    return this.#tables.locate(position);
  }

  /** What a hello tells: epochs that hold segments and the open one, oldest first. */
  held(): HeldEpoch[] {
    return this.#tables.heldEpochs();
  }

  /** The cloud holds everything up to `ord`; written down with the next commit, since every hello tells it anew. */
  acknowledge(ord: number): void {
    this.#acknowledgedOrd = ord;
  }

  /** Frees what SQLite holds; the database itself is the opener's. */
  close(): void {
    this.#tables.close();
  }

  #openEpoch(): void {
    const parent = this.#head.last;
    const epoch = this.#options.newEpoch;
    this.#tables.transaction(() => {
      this.#tables.dropEmptyEpochs();
      this.#tables.addEpoch(epoch, parent);
    });
    this.#head = { epoch, parent, seq: 0, last: parent };
  }

  #seal(head: Head, records: readonly JournalRecord[]): { readonly head: Head; readonly bytes: number } {
    const seq = head.seq + 1;
    const place = {
      gateway: this.#options.gateway,
      epoch: head.epoch,
      seq,
      prev: head.last?.hash ?? NO_HASH,
      ...(seq === 1 ? { parent: head.parent } : {}),
    };
    const segment = sealSegment(place, records, this.#options.signer);
    const cose = encodeCose(segment.cose);
    const position = { epoch: head.epoch, seq, hash: segment.hash };
    this.#tables.addSegment(position, segment.header, cose, segment.body);
    return { head: { ...head, seq, last: position }, bytes: cose.length + segment.body.length };
  }
}

/** Cuts records into segments that the wire accepts. */
function cut(records: readonly JournalRecord[]): JournalRecord[][] {
  const pieces: JournalRecord[][] = [];
  let readings = 0;
  for (const record of mergeRuns(records)) {
    // A run counts its polls but is one record on the wire.
    const weight = record.type === "sample" ? readingsIn(record) : 1;
    const piece = pieces.at(-1);
    if (piece && readings + weight <= SEGMENT_READINGS_MAX) {
      piece.push(record);
      readings += weight;
    } else {
      pieces.push([record]);
      readings = weight;
    }
  }
  return pieces;
}
