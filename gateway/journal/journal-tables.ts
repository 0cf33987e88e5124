import type { SqliteDatabase } from "@sealwatch/platform";
import type { HeldEpoch, JournalPosition, JournalRecord, SegmentHeader } from "@sealwatch/protocols";
import { decodeCose, encodeSegment } from "@sealwatch/protocols/sealing";
import { createJournalSchema } from "./journal-schema.ts";
import type { StoredSegment } from "./stored-segment.ts";

const STATEMENTS = {
  addTail: "INSERT INTO tail (records) VALUES (?)",
  clearTail: "DELETE FROM tail",
  addSegment: `INSERT INTO segment (epoch, seq, hash, from_ms, to_ms, cose, body, droppable, sealed_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  giveUpBodies: `UPDATE segment SET body = x'', droppable = 0 WHERE ord IN
    (SELECT ord FROM segment WHERE droppable = 1 AND ord > ? AND ord <= ? ORDER BY ord LIMIT ?)`,
  // Only from the oldest on, so that what is left is one piece, and never the newest of all, which the next one names.
  forget: `DELETE FROM segment WHERE ord IN (SELECT ord FROM segment WHERE ord <= ?1
    AND ord < (SELECT MAX(ord) FROM segment)
    AND ord < IFNULL((SELECT MIN(ord) FROM segment WHERE sealed_ms >= ?2), ord + 1) ORDER BY ord LIMIT ?3)`,
  pages: `SELECT (page_count - freelist_count) * page_size AS bytes
    FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`,
  readSegments: "SELECT ord, epoch, seq, hash, cose, body FROM segment WHERE ord > ? ORDER BY ord LIMIT ?",
  locate: "SELECT ord FROM segment WHERE epoch = ? AND seq = ? AND hash = ?",
  saveMeta: "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
} as const;

/** What a segment's row and its places in the indexes take beside header and body. */
const ROW_BYTES = 180;
/** A segment as it is written. `sealedMs`: the wall clock then, for what it is worth. */
interface NewSegment {
  readonly position: JournalPosition;
  readonly header: SegmentHeader;
  readonly cose: Uint8Array;
  readonly body: Uint8Array;
  readonly telemetry: boolean;
  readonly sealedMs: number;
}

type StatementName = keyof typeof STATEMENTS;
type Row = Readonly<Record<string, unknown>>;

/** The journal's tables, one small question or change each. Inside one thread, over a database that is already open. */
export class JournalTables {
  readonly #db: SqliteDatabase;
  readonly #prepared = new Map<StatementName, ReturnType<SqliteDatabase["prepare"]>>();
  #savedAcknowledgedOrd: number | null = null;

  constructor(db: SqliteDatabase) {
    this.#db = db;
    createJournalSchema(db);
  }

  transaction(write: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      write();
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** Whose journal it is; a new one is `gateway`'s from now on. */
  ownerOr(gateway: string): string {
    const owner = this.#meta("gateway");
    if (owner === null) this.#statement("saveMeta").run(["gateway", gateway]);
    return owner ?? gateway;
  }

  acknowledgedOrd(): number {
    return Number(this.#meta("acknowledged_ord") ?? 0);
  }

  saveAcknowledgedOrd(ord: number): void {
    if (ord === this.#savedAcknowledgedOrd) return;
    this.#statement("saveMeta").run(["acknowledged_ord", String(ord)]);
    this.#savedAcknowledgedOrd = ord;
  }

  appendTail(records: readonly JournalRecord[]): void {
    this.#statement("addTail").run([JSON.stringify(records)]);
  }

  clearTail(): void {
    this.#statement("clearTail").run();
  }

  /** Our own JSON, under SQLite's checks: what does not parse is a damaged file. */
  readTail(): JournalRecord[] {
    return this.#all("SELECT records FROM tail ORDER BY id").flatMap(
      (row) => JSON.parse(String(row["records"])) as JournalRecord[],
    );
  }

  lastEpoch(): { readonly epoch: string; readonly parent: JournalPosition | null } | null {
    const [row] = this.#all("SELECT * FROM epoch ORDER BY id DESC LIMIT 1");
    return row ? { epoch: String(row["epoch"]), parent: parentOf(row) } : null;
  }

  addEpoch(epoch: string, parent: JournalPosition | null): void {
    this.#db.run("INSERT INTO epoch (epoch, parent_epoch, parent_seq, parent_hash) VALUES (?, ?, ?, ?)", [
      epoch,
      parent?.epoch ?? null,
      parent?.seq ?? null,
      parent?.hash ?? null,
    ]);
  }

  /** Epochs of which nothing is held: opened and never sealed, or evicted. */
  dropEmptyEpochs(): void {
    this.#db.run(
      "DELETE FROM epoch WHERE NOT EXISTS (SELECT 1 FROM segment WHERE segment.epoch = epoch.epoch)",
    );
  }

  heldEpochs(): HeldEpoch[] {
    const rows = this.#all(`SELECT *,
      (SELECT MIN(seq) FROM segment WHERE segment.epoch = epoch.epoch) AS oldest,
      (SELECT MAX(seq) FROM segment WHERE segment.epoch = epoch.epoch) AS newest
      FROM epoch ORDER BY id`);
    const newest = rows.at(-1);
    return rows
      .filter((row) => row === newest || row["oldest"] !== null)
      .map((row) => ({
        epoch: String(row["epoch"]),
        parent: parentOf(row),
        oldestSeq: Number(row["oldest"] ?? 0),
        newestSeq: Number(row["newest"] ?? 0),
      }));
  }

  addSegment({ position, header, cose, body, telemetry, sealedMs }: NewSegment): void {
    const { epoch, seq, hash } = position;
    const { fromMs, toMs } = header;
    const droppable = telemetry ? 1 : 0;
    this.#statement("addSegment").run([epoch, seq, hash, fromMs, toMs, cose, body, droppable, sealedMs]);
  }

  lastPosition(): JournalPosition | null {
    const [row] = this.#all("SELECT epoch, seq, hash FROM segment ORDER BY ord DESC LIMIT 1");
    return row ? positionOf(row) : null;
  }

  newestOrd(): number {
    return Number(this.#all("SELECT MAX(ord) AS ord FROM segment")[0]?.["ord"] ?? 0);
  }

  /** What the file's pages in use take; freed ones are used again before the file grows. */
  usedBytes(): number {
    return Number((this.#statement("pages").get() as Row)["bytes"]);
  }

  readSegments(afterOrd: number, limit: number): StoredSegment[] {
    return (this.#statement("readSegments").all([afterOrd, limit]) as Row[]).map((row) => ({
      ord: Number(row["ord"]),
      position: positionOf(row),
      bytes: encodeSegment({
        cose: decodeCose(bytesOf(row["cose"]), "own header"),
        body: bodyOf(row["body"]),
      }),
    }));
  }

  locate({ epoch, seq, hash }: JournalPosition): number | null {
    const row = this.#statement("locate").get([epoch, seq, hash]) as Row | null;
    return row ? Number(row["ord"]) : null;
  }

  /** Gives up the oldest bodies of telemetry after `afterOrd` and up to `untilOrd`, at most `limit`. Gives how many. */
  giveUpBodies(afterOrd: number, untilOrd: number, limit: number): number {
    return this.#statement("giveUpBodies").run([afterOrd, untilOrd, limit]).changes;
  }

  /** Forgets the oldest segments up to `untilOrd` that were sealed before `sealedBeforeMs`. Gives how many. */
  forget(untilOrd: number, sealedBeforeMs: number, limit: number): number {
    return this.#statement("forget").run([untilOrd, sealedBeforeMs, limit]).changes;
  }

  /** By epoch of the newest `limit` segments: bytes, and the time from the first to the last record. */
  recentEpochs(limit: number): { readonly bytes: number; readonly spanMs: number }[] {
    return this.#all(
      `SELECT SUM(LENGTH(cose) + LENGTH(body) + ?) AS bytes, MAX(to_ms) - MIN(from_ms) AS span
       FROM (SELECT epoch, cose, body, from_ms, to_ms FROM segment ORDER BY ord DESC LIMIT ?) GROUP BY epoch`,
      [ROW_BYTES, limit],
    ).map((row) => ({ bytes: Number(row["bytes"]), spanMs: Number(row["span"]) }));
  }

  close(): void {
    for (const statement of this.#prepared.values()) {
      try {
        statement.finalize();
      } catch {
        // SQLite repeats here what the statement's last run failed with; that was told then.
      }
    }
    this.#prepared.clear();
  }

  #meta(name: string): string | null {
    const [row] = this.#all("SELECT value FROM meta WHERE name = ?", [name]);
    return row ? String(row["value"]) : null;
  }

  #all(sql: string, values: (string | number)[] = []): Row[] {
    return this.#db.all(sql, values) as Row[];
  }

  #statement(name: StatementName): ReturnType<SqliteDatabase["prepare"]> {
    const known = this.#prepared.get(name);
    if (known) return known;
    const statement = this.#db.prepare(STATEMENTS[name]);
    this.#prepared.set(name, statement);
    return statement;
  }
}

function positionOf(row: Row): JournalPosition {
  return { epoch: String(row["epoch"]), seq: Number(row["seq"]), hash: String(row["hash"]) };
}

function parentOf(row: Row): JournalPosition | null {
  if (row["parent_epoch"] === null) return null;
  return {
    epoch: String(row["parent_epoch"]),
    seq: Number(row["parent_seq"]),
    hash: String(row["parent_hash"]),
  };
}

function bodyOf(value: unknown): Uint8Array | null {
  const body = bytesOf(value);
  return body.length > 0 ? body : null;
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error("database disk image is malformed: a blob is missing");
}
