import type { SqliteDatabase } from "@sealwatch/platform";
import type { SqliteStatement as KyselyStatement } from "kysely";

/** Prepared statements kept; the least recently used is finalised beyond it. */
const STATEMENTS_MAX = 200;

type Prepared = ReturnType<SqliteDatabase["prepare"]>;
type Values = Parameters<Prepared["all"]>[0];

/** Keeps prepared statements, since node-sqlite3-wasm neither caches nor finalises them by itself. */
export function statementCache(db: SqliteDatabase) {
  const statements = new Map<string, KyselyStatement & { finalize(): void }>();
  return {
    get(sql: string): KyselyStatement {
      const known = statements.get(sql);
      if (known) statements.delete(sql);
      const statement = known ?? wrap(db.prepare(sql), /^\s*(select|pragma)|\breturning\b/i.test(sql));
      statements.set(sql, statement);
      if (statements.size > STATEMENTS_MAX) evictOldest(statements);
      return statement;
    },
    close(): void {
      for (const statement of statements.values()) statement.finalize();
      statements.clear();
    },
  };
}

function evictOldest(statements: Map<string, { finalize(): void }>): void {
  const oldest = statements.keys().next().value;
  if (oldest === undefined) return;
  statements.get(oldest)?.finalize();
  statements.delete(oldest);
}

function wrap(statement: Prepared, reader: boolean) {
  return {
    reader,
    all: (values: readonly unknown[]) => statement.all(values as Values),
    run: (values: readonly unknown[]) => statement.run(values as Values) as never,
    iterate: (values: readonly unknown[]) => statement.all(values as Values)[Symbol.iterator](),
    finalize: () => statement.finalize(),
  };
}
