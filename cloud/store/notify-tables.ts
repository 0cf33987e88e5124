import type { Generated, Kysely } from "kysely";

/** The outbox, its record, and who is on duty. */
export interface NotifyTables {
  notification: NotificationTable;
  delivery: DeliveryTable;
  delivery_message: DeliveryMessageTable;
  delivery_attempt: DeliveryAttemptTable;
  channel_state: ChannelStateTable;
  duty: DutyTable;
  acknowledge_link: AcknowledgeLinkTable;
}

/** What people must be told; written with the fact itself. */
interface NotificationTable {
  ord: Generated<number>;
  /** The idempotency key. */
  id: string;
  case_id: string | null;
  region_path: string;
  level_rank: number;
  /** `new`: nobody was chosen yet, or nobody could be. */
  state: "new" | "routed" | "expired";
  /** When a `new` one is looked at (again). */
  look_ms: number;
  created_ms: number;
  notification_json: string;
}

/** One notification for one group or person by one channel. */
interface DeliveryTable {
  id: string;
  notification: string;
  channel: string;
  /** Null: the channel is a group's. */
  person: string | null;
  level_rank: number;
  state: "waiting" | "assigned" | "delivered" | "failed-over" | "expired";
  /** Held back until then: quiet hours, or a new round of the chain. */
  due_ms: number;
  /** The chain of channels it belongs to, and which of them this is. */
  route_json: string;
  /** The message that carries it; null while it waits for one. */
  message: string | null;
  created_ms: number;
  done_ms: number | null;
}

/** What is sent: one delivery, or a digest of several. Its id is the key that the receiver sees. */
interface DeliveryMessageTable {
  id: string;
  channel: string;
  person: string | null;
  level_rank: number;
  state: "waiting" | "sending" | "delivered" | "failed";
  attempts: number;
  due_ms: number;
  digest: number;
  created_ms: number;
  done_ms: number | null;
}

/** The delivery record: append-only. `started` is written before anything leaves. */
interface DeliveryAttemptTable {
  id: Generated<number>;
  message: string;
  channel: string;
  at_ms: number;
  outcome: "started" | "delivered" | "retry" | "refused" | "interrupted";
  /** What the channel answered, without secrets. */
  code: string | null;
  why: string | null;
}

/** What is known of a channel over restarts. */
interface ChannelStateTable {
  channel: string;
  blocked_until_ms: number;
  success_ms: number | null;
  error_ms: number | null;
  error: string | null;
}

/** The duty rota of one region, and its version for edits. */
interface DutyTable {
  region_path: string;
  version: number;
  rota_json: string;
  updated_ms: number;
  updated_by: string;
}

/** Acknowledgement links that were used, by the hash of their token. */
interface AcknowledgeLinkTable {
  token_hash: string;
  case_id: string;
  person: string;
  used_ms: number;
}

/** Makes the tables above. */
export async function createNotifyTables(db: Kysely<unknown>): Promise<void> {
  await createOutbox(db);
  await createDeliveryRecord(db);
  await db.schema
    .createTable("duty")
    .addColumn("region_path", "text", (column) => column.primaryKey())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("rota_json", "text", (column) => column.notNull())
    .addColumn("updated_ms", "bigint", (column) => column.notNull())
    .addColumn("updated_by", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("acknowledge_link")
    .addColumn("token_hash", "text", (column) => column.primaryKey())
    .addColumn("case_id", "text", (column) => column.notNull())
    .addColumn("person", "text", (column) => column.notNull())
    .addColumn("used_ms", "bigint", (column) => column.notNull())
    .execute();
}

/** What waits for a channel, in the order in which it is looked at. */
const WAITING = ["state", "channel", "level_rank desc", "created_ms"] as const;

async function createOutbox(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("notification")
    .addColumn("ord", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("case_id", "text")
    .addColumn("region_path", "text", (column) => column.notNull())
    .addColumn("level_rank", "integer", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("look_ms", "bigint", (column) => column.notNull())
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .addColumn("notification_json", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("notification_to_route")
    .on("notification")
    .columns(["state", "look_ms"])
    .execute();
  await db.schema
    .createIndex("notification_by_region")
    .on("notification")
    .columns(["region_path", "ord"])
    .execute();
  await db.schema.createIndex("notification_by_case").on("notification").column("case_id").execute();
  await db.schema
    .createTable("delivery")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("notification", "text", (column) => column.notNull())
    .addColumn("channel", "text", (column) => column.notNull())
    .addColumn("person", "text")
    .addColumn("level_rank", "integer", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("due_ms", "bigint", (column) => column.notNull())
    .addColumn("route_json", "text", (column) => column.notNull())
    .addColumn("message", "text")
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .addColumn("done_ms", "bigint")
    .execute();
  await db.schema
    .createIndex("delivery_waiting")
    .on("delivery")
    .columns([...WAITING])
    .execute();
  await db.schema.createIndex("delivery_by_notification").on("delivery").column("notification").execute();
  await db.schema.createIndex("delivery_by_message").on("delivery").column("message").execute();
}

async function createDeliveryRecord(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("delivery_message")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("channel", "text", (column) => column.notNull())
    .addColumn("person", "text")
    .addColumn("level_rank", "integer", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("due_ms", "bigint", (column) => column.notNull())
    .addColumn("digest", "integer", (column) => column.notNull())
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .addColumn("done_ms", "bigint")
    .execute();
  await db.schema
    .createIndex("delivery_message_waiting")
    .on("delivery_message")
    .columns([...WAITING])
    .execute();
  await db.schema
    .createTable("delivery_attempt")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("message", "text", (column) => column.notNull())
    .addColumn("channel", "text", (column) => column.notNull())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("code", "text")
    .addColumn("why", "text")
    .execute();
  await db.schema
    .createIndex("delivery_attempt_by_message")
    .on("delivery_attempt")
    .column("message")
    .execute();
  await db.schema
    .createIndex("delivery_attempt_by_channel")
    .on("delivery_attempt")
    .columns(["channel", "at_ms"])
    .execute();
  await db.schema
    .createTable("channel_state")
    .addColumn("channel", "text", (column) => column.primaryKey())
    .addColumn("blocked_until_ms", "bigint", (column) => column.notNull())
    .addColumn("success_ms", "bigint")
    .addColumn("error_ms", "bigint")
    .addColumn("error", "text")
    .execute();
}

/** Finds what is old enough to be forgotten. */
export async function indexOutboxAge({ schema }: Kysely<unknown>): Promise<void> {
  await schema.createIndex("notification_by_age").on("notification").column("created_ms").execute();
  await schema.createIndex("delivery_message_by_age").on("delivery_message").column("created_ms").execute();
  await schema.createIndex("acknowledge_link_by_age").on("acknowledge_link").column("used_ms").execute();
}
