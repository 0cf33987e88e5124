import { openSqlite, type SqliteDatabase } from "@sealwatch/platform";
import { Kysely, type SqliteDatabase as KyselySqlite, Migrator, SqliteDialect } from "kysely";
import { migrations } from "./migrations.ts";
import type { Tables } from "./schema.ts";
import { statementCache } from "./statement-cache.ts";

export type Database = Kysely<Tables>;

/** The open store. Only this process may open its file. */
export interface OpenDatabase {
  readonly db: Database;
  close(): Promise<void>;
}

/** Opens the store and brings its tables up to date. Throws ALREADY_RUNNING, SQLITE_NOT_WAL or what a migration throws. */
export async function openDatabase(file: string): Promise<OpenDatabase> {
  const sqlite = await openSqlite(file);
  const cache = statementCache(sqlite.db);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapt(sqlite.db, cache) }) });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw error;
  return {
    db,
    close: async () => {
      await db.destroy();
      cache.close();
      await sqlite.close();
    },
  };
}

/** node-sqlite3-wasm behind the interface that kysely's own SQLite dialect drives. */
function adapt(_db: SqliteDatabase, cache: ReturnType<typeof statementCache>): KyselySqlite {
  return {
    // The file is closed by its opener, after the statements.
    close: () => {},
    prepare: (sql) => cache.get(sql),
  };
}
