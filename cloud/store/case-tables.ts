import type { Generated, Kysely } from "kysely";

/** The tables of the county's work on alerts. Times are UTC milliseconds. */
export interface CaseTables {
  case: CaseTable;
  case_alert: CaseAlertTable;
  case_entry: CaseEntryTable;
  case_deadlines: CaseDeadlinesTable;
}

/** The newest state of each case; `facts_json` is the state, the other columns find it. */
interface CaseTable {
  ord: Generated<number>;
  id: string;
  site: string;
  region_path: string;
  /** What it is about now. */
  alert: string;
  state: string;
  level: string;
  level_rank: number;
  /** Null until a county officer decided. */
  verdict: string | null;
  opened_ms: number;
  closed_ms: number | null;
  /** What deadlines count from; only what was told since then counts as told. */
  since_ms: number;
  /** What the present state must be left by; null: no hurry. */
  due_ms: number | null;
  /** When somebody is told next that it is overdue; null: nobody more. */
  escalate_ms: number | null;
  /** Comma-separated accounts, each between commas, of those who were sent. */
  assignees: string;
  /** Site, address and sentence: what a search looks through. */
  search_text: string;
  version: number;
  facts_json: string;
}

/** Which case an alert belongs to now. */
interface CaseAlertTable {
  alert: string;
  case_id: string;
}

/** Every act on every case: append-only, hash-chained. */
interface CaseEntryTable {
  id: Generated<number>;
  case_id: string;
  at_ms: number;
  act: string;
  entry_json: string;
  prev_hash: string;
  hash: string;
}

/** How soon cases are to be dealt with in a part of the tree, where somebody set it. */
interface CaseDeadlinesTable {
  region: string;
  region_path: string;
  deadlines_json: string;
  version: number;
}

export async function createCaseTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("case")
    .addColumn("ord", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("site", "text", (column) => column.notNull())
    .addColumn("region_path", "text", (column) => column.notNull())
    .addColumn("alert", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("level", "text", (column) => column.notNull())
    .addColumn("level_rank", "integer", (column) => column.notNull())
    .addColumn("verdict", "text")
    .addColumn("opened_ms", "bigint", (column) => column.notNull())
    .addColumn("closed_ms", "bigint")
    .addColumn("since_ms", "bigint", (column) => column.notNull())
    .addColumn("due_ms", "bigint")
    .addColumn("escalate_ms", "bigint")
    .addColumn("assignees", "text", (column) => column.notNull())
    .addColumn("search_text", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("facts_json", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("case_by_region").on("case").columns(["region_path", "ord"]).execute();
  await schema.createIndex("case_by_site").on("case").columns(["site", "ord"]).execute();
  await schema.createIndex("case_by_state").on("case").columns(["state", "ord"]).execute();
  await schema.createIndex("case_by_escalation").on("case").column("escalate_ms").execute();
  await schema
    .createTable("case_alert")
    .addColumn("alert", "text", (column) => column.primaryKey())
    .addColumn("case_id", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("case_alert_by_case").on("case_alert").column("case_id").execute();
  await schema
    .createTable("case_entry")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("case_id", "text", (column) => column.notNull())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("act", "text", (column) => column.notNull())
    .addColumn("entry_json", "text", (column) => column.notNull())
    .addColumn("prev_hash", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull().unique())
    .execute();
  await schema.createIndex("case_entry_by_case").on("case_entry").columns(["case_id", "id"]).execute();
  await schema
    .createTable("case_deadlines")
    .addColumn("region", "text", (column) => column.primaryKey())
    .addColumn("region_path", "text", (column) => column.notNull())
    .addColumn("deadlines_json", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .execute();
}
