import { sql } from "kysely";
import type { Database } from "../store/database.ts";

const PAGE_ROWS = 200;

/** Made again from the rest at the first start. */
const DERIVED: ReadonlySet<string> = new Set(["segment_summary", "gateway_state", "finding"]);

/** The tables that a backup holds. */
export async function tablesOf(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_master
    where type = 'table' and name not like 'sqlite!_%' escape '!' and name not like 'kysely!_%' escape '!'
    order by name`.execute(db);
  return rows.map(({ name }) => name).filter((name) => !DERIVED.has(name));
}

/** The highest row number of a table, or 0. */
export async function lastRow(db: Database, table: string): Promise<number> {
  const { rows } = await sql<{
    last: number | null;
  }>`select max(rowid) as last from ${sql.table(table)}`.execute(db);
  return rows[0]?.last ?? 0;
}

/** Copies the rows of one table beyond a row number, page by page. */
export async function copyRows(
  from: Database,
  to: Database,
  table: string,
  afterRow: number,
  onPage: (rows: number) => Promise<void> = async () => {},
): Promise<void> {
  for (let after = afterRow; ; ) {
    const { rows } = await sql<Record<string, unknown> & { row_number_: number }>`
      select rowid as row_number_, * from ${sql.table(table)}
      where rowid > ${after} order by rowid limit ${PAGE_ROWS}`.execute(from);
    if (rows.length === 0) return;
    const values = rows.map(({ row_number_, ...columns }) => {
      after = row_number_;
      return columns;
    });
    // Whatever the tables of this version are: names and columns are the same on both sides.
    await to
      .insertInto(table as never)
      .values(values as never)
      .execute();
    await onPage(rows.length);
  }
}
