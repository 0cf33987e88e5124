import type { SqliteDatabase } from "@sealwatch/platform";

/**
 * meta: one row a setting. tail: committed records that are in no segment yet, one JSON array a commit. epoch: one row each time
 * the journal was opened, in order. segment: sealed ones, in journal order across epochs; an empty body was given up, and `droppable`
 * says that it is telemetry's and still there.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tail (id INTEGER PRIMARY KEY, records TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS epoch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    epoch TEXT NOT NULL UNIQUE,
    parent_epoch TEXT, parent_seq INTEGER, parent_hash TEXT
  );
  CREATE TABLE IF NOT EXISTS segment (
    ord INTEGER PRIMARY KEY AUTOINCREMENT,
    epoch TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
    from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
    cose BLOB NOT NULL, body BLOB NOT NULL,
    droppable INTEGER NOT NULL DEFAULT 0, sealed_ms INTEGER NOT NULL DEFAULT 0
  );
  CREATE UNIQUE INDEX IF NOT EXISTS segment_place ON segment (epoch, seq);
`;
/** What a journal of before knew nothing of. Its segments may hold events, so none of them is droppable. */
const COLUMNS_SINCE = ["droppable INTEGER NOT NULL DEFAULT 0", "sealed_ms INTEGER NOT NULL DEFAULT 0"];
const INDEX = "CREATE INDEX IF NOT EXISTS segment_droppable ON segment (ord) WHERE droppable = 1";

/** Creates what is missing. */
export function createJournalSchema(db: SqliteDatabase): void {
  db.exec(SCHEMA);
  const known = new Set(db.all("PRAGMA table_info(segment)").map((column) => column["name"]));
  for (const column of COLUMNS_SINCE) {
    if (!known.has(column.split(" ")[0] ?? "")) db.exec(`ALTER TABLE segment ADD COLUMN ${column}`);
  }
  db.exec(INDEX);
}
