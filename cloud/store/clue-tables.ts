import type { Generated, Kysely } from "kysely";

/** The tables of clues. Times are UTC milliseconds. */
export interface ClueTables {
  clue: ClueTable;
  clue_reporter: ClueReporterTable;
}

/** Something that somebody said, or that a list holds: without who said it. */
interface ClueTable {
  ord: Generated<number>;
  id: string;
  kind: string;
  state: string;
  region: string;
  region_path: string;
  /** The site it was matched to by a person. */
  site: string | null;
  name: string;
  address: string;
  /** Electricity account. */
  account: string;
  text: string;
  received_ms: number;
  received_by: string;
  received_name: string;
  assignees: string;
  found: string;
  outcome: string | null;
  outcome_text: string;
  /** Paid to the reporter, yuan. */
  reward_yuan: number | null;
  /** Says which row of a list it is, so that the same list again enters nothing. */
  fingerprint: string;
  version: number;
}

/** Who reported: apart from everything else, read by one act only. */
interface ClueReporterTable {
  clue: string;
  name: string;
  phone: string;
  at_ms: number;
}

export async function createClueTables({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("clue")
    .addColumn("ord", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("region", "text", (column) => column.notNull())
    .addColumn("region_path", "text", (column) => column.notNull())
    .addColumn("site", "text")
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("address", "text", (column) => column.notNull())
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addColumn("received_ms", "bigint", (column) => column.notNull())
    .addColumn("received_by", "text", (column) => column.notNull())
    .addColumn("received_name", "text", (column) => column.notNull())
    .addColumn("assignees", "text", (column) => column.notNull())
    .addColumn("found", "text", (column) => column.notNull())
    .addColumn("outcome", "text")
    .addColumn("outcome_text", "text", (column) => column.notNull())
    .addColumn("reward_yuan", "real")
    .addColumn("fingerprint", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .execute();
  await schema.createIndex("clue_by_region").on("clue").columns(["region_path", "ord"]).execute();
  await schema.createIndex("clue_by_fingerprint").on("clue").column("fingerprint").execute();
  await schema
    .createTable("clue_reporter")
    .addColumn("clue", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("phone", "text", (column) => column.notNull())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .execute();
}
