import type { SqliteDatabase } from "@sealwatch/platform";
import type { HeldEpoch, JournalPosition, JournalRecord, Signer } from "@sealwatch/protocols";
import { encodeCose, NO_HASH, sealSegment } from "@sealwatch/protocols/sealing";
import { gatewayError } from "../errors.ts";
import { cutSegments, type SegmentCut } from "./cut-segments.ts";
import { JournalSpace, type SpaceReport } from "./journal-space.ts";
import { JournalTables } from "./journal-tables.ts";
import type { StoredSegment } from "./stored-segment.ts";

/** More records than this in the tail are sealed, whatever was asked. */
const TAIL_RECORDS_MAX = 25_000;

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
  /** Wall clock, in ms: how long acknowledged segments have been kept. */
  readonly wallMs: () => number;
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
  readonly #space: JournalSpace;
  #acknowledgedOrd: number;

  /** Seals what the run before left in its tail, then opens a new epoch. Throws JOURNAL_FOREIGN, or what SQLite says. */
  constructor(db: SqliteDatabase, options: StoreOptions) {
    this.#tables = new JournalTables(db);
    this.#options = options;
    const owner = this.#tables.ownerOr(options.gateway);
    if (owner !== options.gateway)
      throw gatewayError("JOURNAL_FOREIGN", { file: "the journal", found: owner, expected: options.gateway });
    this.#acknowledgedOrd = this.#tables.acknowledgedOrd();
    this.#space = new JournalSpace(this.#tables, options.budgetBytes);
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

  /** True when there is no room for telemetry: only headers and events are left that could go. */
  get full(): boolean {
    return this.#space.full;
  }

  /** What the journal takes and how long it lasts. */
  space(): SpaceReport {
    return this.#space.report();
  }

  /** The disk has no room: until it has, the file may not grow. */
  diskIsFull(full: boolean): void {
    this.#space.diskIsFull(full);
  }

  /** Commits all batches in one transaction, durable when it returns. Gives how many segments were sealed. */
  commit(batches: readonly Batch[]): number {
    let head = this.#head;
    let tail = this.#tail;
    let fresh: JournalRecord[] = [];
    let sealed = 0;
    this.#tables.transaction(() => {
      const seal = () => {
        for (const cut of cutSegments([...tail, ...fresh])) {
          head = this.#seal(head, cut);
          sealed++;
        }
        if (tail.length > 0) this.#tables.clearTail();
        tail = [];
        fresh = [];
      };
      for (const batch of batches) {
        fresh.push(...batch.records);
        if (batch.seal || tail.length + fresh.length > TAIL_RECORDS_MAX) seal();
      }
      if (fresh.length > 0) this.#tables.appendTail(fresh);
      this.#tables.saveAcknowledgedOrd(this.#acknowledgedOrd);
      this.#space.makeRoom(this.#acknowledgedOrd, this.#options.wallMs());
    });
    this.#head = head;
    this.#tail = [...tail, ...fresh];
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

  #seal(head: Head, { records, telemetry }: SegmentCut): Head {
    const seq = head.seq + 1;
    const place = {
      gateway: this.#options.gateway,
      epoch: head.epoch,
      seq,
      prev: head.last?.hash ?? NO_HASH,
      ...(seq === 1 ? { parent: head.parent } : {}),
    };
    const { header, hash, cose, body } = sealSegment(place, records, this.#options.signer);
    const position = { epoch: head.epoch, seq, hash };
    const sealedMs = this.#options.wallMs();
    this.#tables.addSegment({ position, header, cose: encodeCose(cose), body, telemetry, sealedMs });
    return { ...head, seq, last: position };
  }
}
