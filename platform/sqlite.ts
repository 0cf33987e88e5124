import { existsSync, rmSync } from "node:fs";
import type sqlite from "node-sqlite3-wasm";
import { acquireInstanceGuard } from "./instance-guard.ts";
import { platformError } from "./platform-errors.ts";

export type SqliteDatabase = InstanceType<typeof sqlite.Database>;

/** An open database and the guard that makes this process its only opener. */
export interface OpenSqlite {
  readonly db: SqliteDatabase;
  close(): Promise<void>;
}

/**
 * Opens `file` as its only user, durable at every commit. The order matters: guard of the operating system, then the lock
 * directory that a killed process left, then EXCLUSIVE before WAL (WAL is refused silently otherwise), then FULL.
 * page_size 1024 halves flash wear. Throws ALREADY_RUNNING or SQLITE_NOT_WAL.
 */
export async function openSqlite(file: string): Promise<OpenSqlite> {
  const guard = await acquireInstanceGuard(file);
  try {
    removeStaleLock(file);
    // Its memory is set aside when it is loaded: only the thread that opens a file pays for it.
    const { default: sqlite } = await import("node-sqlite3-wasm");
    const db = new sqlite.Database(file);
    try {
      makeDurable(db, file);
    } catch (error) {
      db.close();
      throw error;
    }
    return { db, close: () => closeBoth(db, guard.release) };
  } catch (error) {
    await guard.release();
    throw error;
  }
}

function makeDurable(db: SqliteDatabase, file: string): void {
  db.exec("PRAGMA page_size = 1024");
  db.exec("PRAGMA locking_mode = EXCLUSIVE");
  const mode = String(db.get("PRAGMA journal_mode = WAL")?.["journal_mode"]);
  if (mode !== "wal") throw platformError("SQLITE_NOT_WAL", { file, mode });
  db.exec("PRAGMA synchronous = FULL");
}

/** Safe only under the instance guard: whoever made this directory is dead. */
function removeStaleLock(file: string): void {
  const lock = `${file}.lock`;
  if (existsSync(lock)) rmSync(lock, { recursive: true });
}

async function closeBoth(db: SqliteDatabase, release: () => Promise<void>): Promise<void> {
  try {
    db.close();
  } finally {
    await release();
  }
}
