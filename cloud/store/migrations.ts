import { type Kysely, type Migration, sql } from "kysely";
import { createAccess } from "./access-tables.ts";
import { createCaseTables } from "./case-tables.ts";
import { createClueTables } from "./clue-tables.ts";
import { createNotifyTables, indexOutboxAge } from "./notify-tables.ts";
import { createDispositions, createRegistry } from "./registry-tables.ts";
import { createVisitTables } from "./visit-tables.ts";

/** Every change of the tables, in order. A released migration is never edited. */
export const migrations: Record<string, Migration> = {
  "0001-replica": { up: createReplica },
  "0002-detection": { up: createDetection },
  "0003-context-and-alerts": { up: createContextAndAlerts },
  "0004-identity": { up: createIdentity },
  "0005-receipts-and-notices": { up: createReceiptsAndNotices },
  "0006-notify": { up: createNotifyTables },
  "0007-access": { up: createAccess },
  "0008-cases": { up: createCaseTables },
  "0009-registry": { up: createRegistry },
  "0010-visits": { up: createVisitTables },
  "0011-clues": { up: createClueTables },
  "0012-dispositions": { up: createDispositions },
  "0013-outbox-age": { up: indexOutboxAge },
};

async function createReplica(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("epoch")
    .addColumn("ord", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("gateway", "text", (column) => column.notNull())
    .addColumn("epoch", "text", (column) => column.notNull())
    .addColumn("parent_epoch", "text")
    .addColumn("parent_seq", "bigint")
    .addColumn("start", "text", (column) => column.notNull())
    .addColumn("head_seq", "bigint", (column) => column.notNull())
    .addColumn("head_hash", "text", (column) => column.notNull())
    .addUniqueConstraint("epoch_unique", ["gateway", "epoch"])
    .execute();
  await db.schema
    .createTable("segment")
    .addColumn("ord", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("gateway", "text", (column) => column.notNull())
    .addColumn("epoch", "text", (column) => column.notNull())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .addColumn("cose", "blob", (column) => column.notNull())
    .addColumn("body", "blob", (column) => column.notNull())
    .addColumn("readings", "bigint", (column) => column.notNull())
    .addColumn("events", "bigint", (column) => column.notNull())
    .addColumn("recorded_ms", "bigint", (column) => column.notNull())
    .addUniqueConstraint("segment_place_unique", ["gateway", "epoch", "seq"])
    .execute();
  await db.schema.createIndex("segment_by_gateway").on("segment").columns(["gateway", "ord"]).execute();
  await db.schema
    .createTable("quarantine")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("gateway", "text", (column) => column.notNull())
    .addColumn("epoch", "text", (column) => column.notNull())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("bytes", "blob", (column) => column.notNull())
    .addColumn("recorded_ms", "bigint", (column) => column.notNull())
    .addUniqueConstraint("quarantine_unique", ["gateway", "epoch", "seq", "hash"])
    .execute();
}

async function createDetection(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("segment_summary")
    .addColumn("segment_ord", "bigint", (column) => column.primaryKey())
    .addColumn("gateway", "text", (column) => column.notNull())
    .addColumn("from_ms", "bigint", (column) => column.notNull())
    .addColumn("to_ms", "bigint", (column) => column.notNull())
    .addColumn("summary_json", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("segment_summary_by_time")
    .on("segment_summary")
    .columns(["gateway", "from_ms"])
    .execute();
  await db.schema
    .createTable("gateway_state")
    .addColumn("gateway", "text", (column) => column.primaryKey())
    .addColumn("segment_ord", "bigint", (column) => column.notNull())
    .addColumn("fold_version", "integer", (column) => column.notNull())
    .addColumn("view_json", "text", (column) => column.notNull())
    .addColumn("dating_json", "text", (column) => column.notNull())
    .addColumn("fold_json", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("finding")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("site", "text", (column) => column.notNull())
    .addColumn("gateway", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("finding_json", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("finding_by_site").on("finding").columns(["site", "at_ms"]).execute();
}

async function createContextAndAlerts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("context")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("site", "text", (column) => column.notNull())
    .addColumn("effective_ms", "bigint", (column) => column.notNull())
    .addColumn("recorded_ms", "bigint", (column) => column.notNull())
    .addColumn("entry_json", "text", (column) => column.notNull())
    .addColumn("prev_hash", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("context_by_site").on("context").columns(["site", "effective_ms"]).execute();
  await db.schema
    .createTable("alert")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("site", "text", (column) => column.notNull())
    .addColumn("event_ms", "bigint", (column) => column.notNull())
    .addColumn("updated_ms", "bigint", (column) => column.notNull())
    .addColumn("raised_ms", "bigint", (column) => column.notNull())
    .addColumn("closed_ms", "bigint")
    .addColumn("alert_json", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("alert_by_site").on("alert").columns(["site", "raised_ms"]).execute();
  await db.schema
    .createTable("alert_entry")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("alert", "text", (column) => column.notNull())
    .addColumn("recorded_ms", "bigint", (column) => column.notNull())
    .addColumn("alert_json", "text", (column) => column.notNull())
    .addColumn("prev_hash", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
  await sql`create unique index alert_entry_hash on alert_entry (hash)`.execute(db);
}

async function createReceiptsAndNotices(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("receipt")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("gateway", "text", (column) => column.notNull())
    .addColumn("epoch", "text", (column) => column.notNull())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .addColumn("utc_ms", "bigint", (column) => column.notNull())
    .addColumn("bytes", "blob", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("receipt_by_gateway").on("receipt").columns(["gateway", "id"]).execute();
  await db.schema
    .createTable("notice")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("event_id", "text", (column) => column.notNull())
    .addColumn("gateway", "text", (column) => column.notNull())
    .addColumn("epoch", "text", (column) => column.notNull())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("event_ms", "bigint", (column) => column.notNull())
    .addColumn("received_ms", "bigint", (column) => column.notNull())
    .addColumn("alert", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addUniqueConstraint("notice_unique", ["gateway", "event_id"])
    .execute();
  // What is judged again looks at episodes only; other alerts may stay open for years.
  await db.schema
    .alterTable("alert")
    .addColumn("origin", "text", (column) => column.notNull().defaultTo("episode"))
    .execute();
  await db.schema.alterTable("alert").addColumn("superseded_by", "text").execute();
}

async function createIdentity(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("gateway")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("site", "text", (column) => column.notNull())
    .addColumn("public_key", "text", (column) => column.notNull().unique())
    .addColumn("enrolled_ms", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("certificate")
    .addColumn("serial", "text", (column) => column.primaryKey())
    .addColumn("gateway", "text", (column) => column.notNull())
    .addColumn("issued_ms", "bigint", (column) => column.notNull())
    .addColumn("not_after_ms", "bigint", (column) => column.notNull())
    .addColumn("pem", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("certificate_by_gateway")
    .on("certificate")
    .columns(["gateway", "issued_ms"])
    .execute();
  await db.schema
    .createTable("claim")
    .addColumn("secret_hash", "text", (column) => column.primaryKey())
    .addColumn("site", "text", (column) => column.notNull())
    .addColumn("gateway", "text", (column) => column.notNull())
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .addColumn("expires_ms", "bigint", (column) => column.notNull())
    .addColumn("used_key", "text")
    .addColumn("used_ms", "bigint")
    .execute();
  await db.schema
    .createTable("revocation")
    .addColumn("ord", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("gateway", "text", (column) => column.notNull())
    .addColumn("line", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("identity_state")
    .addColumn("name", "text", (column) => column.primaryKey())
    .addColumn("value", "text", (column) => column.notNull())
    .execute();
}
