import type { Generated, Kysely } from "kysely";

/** The tables of regions, people and their acts. Times are UTC milliseconds; flags 0 or 1. */
export interface AccessTables {
  region: RegionTable;
  account: AccountTable;
  account_grant: AccountGrantTable;
  session: SessionTable;
  api_token: ApiTokenTable;
  idempotency: IdempotencyTable;
  due_context: DueContextTable;
  audit: AuditTable;
}

/** One node of the tree 省 市 县 乡 村. */
interface RegionTable {
  id: string;
  parent: string | null;
  kind: string;
  name_zh: string;
  name_en: string;
  /** The ids from the top down to this one, each followed by a slash. */
  path: string;
  version: number;
}

interface AccountTable {
  id: string;
  /** What is typed at sign-in, lower case. */
  name: string;
  display_name: string;
  phone: string | null;
  email: string | null;
  /** Null where somebody signs in by OpenID only. */
  password_hash: string | null;
  must_change: number;
  totp_secret: string | null;
  totp_period: number;
  failures: number;
  locked_until_ms: number | null;
  disabled_ms: number | null;
  /** `issuer subject` of the OpenID provider. */
  oidc_subject: string | null;
  version: number;
  created_ms: number;
}

interface AccountGrantTable {
  account: string;
  role: string;
  region: string;
  region_path: string;
}

/** A browser that is signed in; the cookie's secret is stored as its SHA-256 only. */
interface SessionTable {
  hash: string;
  account: string;
  csrf: string;
  created_ms: number;
  seen_ms: number;
  expires_ms: number;
}

interface ApiTokenTable {
  id: string;
  account: string;
  hash: string;
  label: string;
  permissions_json: string;
  created_ms: number;
  expires_ms: number;
  revoked_ms: number | null;
  used_ms: number | null;
}

/** What a creation answered, so that the same request again creates nothing. */
interface IdempotencyTable {
  actor: string;
  key: string;
  request_hash: string;
  status: number;
  answer_json: string;
  created_ms: number;
}

/** Context entries that were decided and that the pipeline has not taken over yet. */
interface DueContextTable {
  id: Generated<number>;
  site: string;
  entry_json: string;
}

/** Every act of a person or of the system: append-only, hash-chained. */
interface AuditTable {
  id: Generated<number>;
  at_ms: number;
  actor: string;
  action: string;
  subject: string;
  region_path: string;
  /** The exact text that the hash covers. */
  entry_json: string;
  prev_hash: string;
  hash: string;
}

/** Creates them. */
export async function createAccess(db: Kysely<unknown>): Promise<void> {
  await createRegister(db);
  await createPeople(db);
  await createActs(db);
}

async function createRegister({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("region")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("parent", "text")
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("name_zh", "text", (column) => column.notNull())
    .addColumn("name_en", "text", (column) => column.notNull())
    .addColumn("path", "text", (column) => column.notNull().unique())
    .addColumn("version", "integer", (column) => column.notNull())
    .execute();
  await schema
    .createTable("site")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("region", "text", (column) => column.notNull())
    .addColumn("region_path", "text", (column) => column.notNull())
    .addColumn("name_zh", "text", (column) => column.notNull())
    .addColumn("name_en", "text", (column) => column.notNull())
    .addColumn("address", "text", (column) => column.notNull())
    .addColumn("settings_json", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .addColumn("updated_ms", "bigint", (column) => column.notNull())
    .execute();
  await schema.createIndex("site_by_region").on("site").columns(["region_path", "id"]).execute();
}

async function createPeople({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("account")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull().unique())
    .addColumn("display_name", "text", (column) => column.notNull())
    .addColumn("phone", "text")
    .addColumn("email", "text")
    .addColumn("password_hash", "text")
    .addColumn("must_change", "integer", (column) => column.notNull())
    .addColumn("totp_secret", "text")
    .addColumn("totp_period", "bigint", (column) => column.notNull())
    .addColumn("failures", "integer", (column) => column.notNull())
    .addColumn("locked_until_ms", "bigint")
    .addColumn("disabled_ms", "bigint")
    .addColumn("oidc_subject", "text", (column) => column.unique())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createTable("account_grant")
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("region", "text", (column) => column.notNull())
    .addColumn("region_path", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("account_grant_key", ["account", "role", "region"])
    .execute();
  await schema
    .createTable("session")
    .addColumn("hash", "text", (column) => column.primaryKey())
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("csrf", "text", (column) => column.notNull())
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .addColumn("seen_ms", "bigint", (column) => column.notNull())
    .addColumn("expires_ms", "bigint", (column) => column.notNull())
    .execute();
  await schema.createIndex("session_by_account").on("session").columns(["account", "created_ms"]).execute();
  await schema
    .createTable("api_token")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .addColumn("label", "text", (column) => column.notNull())
    .addColumn("permissions_json", "text", (column) => column.notNull())
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .addColumn("expires_ms", "bigint", (column) => column.notNull())
    .addColumn("revoked_ms", "bigint")
    .addColumn("used_ms", "bigint")
    .execute();
}

async function createActs({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("idempotency")
    .addColumn("actor", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("request_hash", "text", (column) => column.notNull())
    .addColumn("status", "integer", (column) => column.notNull())
    .addColumn("answer_json", "text", (column) => column.notNull())
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("idempotency_key", ["actor", "key"])
    .execute();
  await schema.createIndex("idempotency_by_age").on("idempotency").column("created_ms").execute();
  await schema
    .createTable("due_context")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("site", "text", (column) => column.notNull())
    .addColumn("entry_json", "text", (column) => column.notNull())
    .execute();
  await schema
    .createTable("audit")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("actor", "text", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("region_path", "text", (column) => column.notNull())
    .addColumn("entry_json", "text", (column) => column.notNull())
    .addColumn("prev_hash", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("audit_by_subject").on("audit").columns(["subject", "id"]).execute();
  await schema.createIndex("audit_by_actor").on("audit").columns(["actor", "id"]).execute();
}
