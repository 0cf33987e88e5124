import { type Kysely, sql } from "kysely";

/** The tables of the register of closed sites. Times are UTC milliseconds, dates local `YYYY-MM-DD`, flags 0 or 1. */
export interface RegistryTables {
  site: SiteTable;
  closure_measure: ClosureMeasureTable;
  seal: SealTable;
  disposition: DispositionTable;
  site_import: SiteImportTable;
  permit: PermitTable;
  permit_site: PermitSiteTable;
}

/** The closed sites themselves. */
interface SiteTable {
  id: string;
  region: string;
  region_path: string;
  name_zh: string;
  name_en: string;
  address: string;
  category: string;
  state: string;
  order_number: string | null;
  order_date: string | null;
  order_issuer: string | null;
  /** WGS-84, degrees. */
  latitude: number | null;
  longitude: number | null;
  border_area: number;
  idle_line: number;
  should_be_listed: number;
  contact_name: string | null;
  contact_phone: string | null;
  notes: string;
  /** What a search looks through, lower case. */
  search_text: string;
  /** What detection starts from, as in the configuration. */
  settings_json: string;
  version: number;
  created_ms: number;
  updated_ms: number;
}

/** What the closure order demands of a site; a row is there once something was entered. */
interface ClosureMeasureTable {
  site: string;
  kind: string;
  required: number;
  order_number: string | null;
  due_date: string | null;
  /** The end of `due_date` at the site. */
  due_ms: number | null;
  done_date: string | null;
  /** Feeders and supplies that were cut, as the gateways' devices name them. */
  feeders_json: string;
  evidence: string;
  photos_json: string;
  recorded_by: string | null;
  recorded_name: string | null;
  recorded_ms: number | null;
  verified_by: string | null;
  verified_name: string | null;
  verified_ms: number | null;
  /** Which due date was told as overdue. */
  told_due_date: string | null;
  version: number;
}

/** Paper seals, each with its number. */
interface SealTable {
  id: string;
  site: string;
  /** Inside which a number is used once. */
  county: string;
  number: string;
  position: string;
  applied_by: string;
  applied_ms: number;
  photo: string | null;
  /** The seal loop that watches it. */
  gateway: string | null;
  device: string | null;
  point: string | null;
  removed_ms: number | null;
  removed_by: string | null;
  removed_why: string | null;
  replaced_by: string | null;
  version: number;
}

/** What followed from a confirmed case: append-only, a correction names what it corrects. */
interface DispositionTable {
  id: string;
  site: string;
  case_id: string;
  kind: string;
  decided_date: string;
  authority: string;
  document: string | null;
  partner: string | null;
  detail: string;
  corrects: string | null;
  recorded_by: string;
  recorded_name: string;
  recorded_ms: number;
}

/** A file that was read and not applied yet. */
interface SiteImportTable {
  id: string;
  account: string;
  file_name: string;
  created_ms: number;
  expires_ms: number;
  applied_ms: number | null;
  /** What the file says, by row. */
  rows_json: string;
  /** What applying it would do, as it was shown. */
  plan_hash: string;
  preview_json: string;
}

/** Approved work at sites. */
interface PermitTable {
  id: string;
  kind: string;
  approver: string;
  reason: string;
  /** Null: every kind that a permit can cover. */
  sensors_json: string | null;
  from_ms: number;
  to_ms: number;
  ended_ms: number | null;
  ended_name: string | null;
  ended_why: string | null;
  created_name: string;
  created_ms: number;
  told_ending_ms: number | null;
  told_ended_ms: number | null;
  version: number;
}

interface PermitSiteTable {
  permit: string;
  site: string;
}

/** What the register says of a site, beside where it lies and what detection starts from. */
async function extendSites(db: Kysely<unknown>): Promise<void> {
  const texts = ["order_number", "order_date", "order_issuer", "contact_name", "contact_phone"];
  for (const name of texts) await db.schema.alterTable("site").addColumn(name, "text").execute();
  for (const name of ["latitude", "longitude"]) {
    await db.schema.alterTable("site").addColumn(name, "double precision").execute();
  }
  const said = { category: "other", state: "watched", notes: "", search_text: "" };
  for (const [name, value] of Object.entries(said)) {
    await db.schema
      .alterTable("site")
      .addColumn(name, "text", (column) => column.notNull().defaultTo(value))
      .execute();
  }
  for (const name of ["border_area", "idle_line", "should_be_listed"]) {
    await db.schema
      .alterTable("site")
      .addColumn(name, "integer", (column) => column.notNull().defaultTo(0))
      .execute();
  }
  await sql`update site set search_text = lower(name_zh || ' ' || name_en || ' ' || address || ' ' || id)`.execute(
    db,
  );
  await db.schema.createIndex("site_by_name").on("site").columns(["region", "name_zh"]).execute();
  // Holds all that a search asks for, so that it never reads the rows themselves.
  await db.schema
    .createIndex("site_search")
    .on("site")
    .columns(["region_path", "id", "search_text", "category", "state", "border_area", "idle_line"])
    .execute();
}

/** Creates the other tables of the register. */
export async function createRegistry(db: Kysely<unknown>): Promise<void> {
  await extendSites(db);
  await createMeasures(db);
  await createSeals(db);
  await createImports(db);
  await createPermits(db);
}

async function createMeasures({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("closure_measure")
    .addColumn("site", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("required", "integer", (column) => column.notNull())
    .addColumn("order_number", "text")
    .addColumn("due_date", "text")
    .addColumn("due_ms", "bigint")
    .addColumn("done_date", "text")
    .addColumn("feeders_json", "text", (column) => column.notNull())
    .addColumn("evidence", "text", (column) => column.notNull())
    .addColumn("photos_json", "text", (column) => column.notNull())
    .addColumn("recorded_by", "text")
    .addColumn("recorded_name", "text")
    .addColumn("recorded_ms", "bigint")
    .addColumn("verified_by", "text")
    .addColumn("verified_name", "text")
    .addColumn("verified_ms", "bigint")
    .addColumn("told_due_date", "text")
    .addColumn("version", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("closure_measure_key", ["site", "kind"])
    .execute();
  await schema
    .createIndex("closure_measure_by_due")
    .on("closure_measure")
    .columns(["done_date", "due_ms"])
    .execute();
}

async function createSeals({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("seal")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("site", "text", (column) => column.notNull())
    .addColumn("county", "text", (column) => column.notNull())
    .addColumn("number", "text", (column) => column.notNull())
    .addColumn("position", "text", (column) => column.notNull())
    .addColumn("applied_by", "text", (column) => column.notNull())
    .addColumn("applied_ms", "bigint", (column) => column.notNull())
    .addColumn("photo", "text")
    .addColumn("gateway", "text")
    .addColumn("device", "text")
    .addColumn("point", "text")
    .addColumn("removed_ms", "bigint")
    .addColumn("removed_by", "text")
    .addColumn("removed_why", "text")
    .addColumn("replaced_by", "text")
    .addColumn("version", "integer", (column) => column.notNull())
    .addUniqueConstraint("seal_number_unique", ["county", "number"])
    .execute();
  await schema.createIndex("seal_by_site").on("seal").columns(["site", "id"]).execute();
}

async function createImports({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("site_import")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("file_name", "text", (column) => column.notNull())
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .addColumn("expires_ms", "bigint", (column) => column.notNull())
    .addColumn("applied_ms", "bigint")
    .addColumn("rows_json", "text", (column) => column.notNull())
    .addColumn("plan_hash", "text", (column) => column.notNull())
    .addColumn("preview_json", "text", (column) => column.notNull())
    .execute();
  await schema
    .createIndex("site_import_by_account")
    .on("site_import")
    .columns(["account", "created_ms"])
    .execute();
}

async function createPermits({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("permit")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("approver", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("sensors_json", "text")
    .addColumn("from_ms", "bigint", (column) => column.notNull())
    .addColumn("to_ms", "bigint", (column) => column.notNull())
    .addColumn("ended_ms", "bigint")
    .addColumn("ended_name", "text")
    .addColumn("ended_why", "text")
    .addColumn("created_name", "text", (column) => column.notNull())
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .addColumn("told_ending_ms", "bigint")
    .addColumn("told_ended_ms", "bigint")
    .addColumn("version", "integer", (column) => column.notNull())
    .execute();
  await schema.createIndex("permit_by_end").on("permit").columns(["told_ended_ms", "to_ms"]).execute();
  await schema
    .createTable("permit_site")
    .addColumn("permit", "text", (column) => column.notNull())
    .addColumn("site", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("permit_site_key", ["permit", "site"])
    .execute();
  await schema.createIndex("permit_site_by_site").on("permit_site").columns(["site", "permit"]).execute();
}

/** Creates the table of dispositions. */
export async function createDispositions({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("disposition")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("site", "text", (column) => column.notNull())
    .addColumn("case_id", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("decided_date", "text", (column) => column.notNull())
    .addColumn("authority", "text", (column) => column.notNull())
    .addColumn("document", "text")
    .addColumn("partner", "text")
    .addColumn("detail", "text", (column) => column.notNull())
    .addColumn("corrects", "text")
    .addColumn("recorded_by", "text", (column) => column.notNull())
    .addColumn("recorded_name", "text", (column) => column.notNull())
    .addColumn("recorded_ms", "bigint", (column) => column.notNull())
    .execute();
  await schema.createIndex("disposition_by_site").on("disposition").columns(["site", "id"]).execute();
}
