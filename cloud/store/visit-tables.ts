import type { Generated, Kysely } from "kysely";

/** The tables of visits, their photos and clues. Times are UTC milliseconds, flags 0 or 1. */
export interface VisitTables {
  visit: VisitTable;
  visit_person: VisitPersonTable;
  visit_record: VisitRecordTable;
  visit_template: VisitTemplateTable;
  visit_draw: VisitDrawTable;
  photo: PhotoTable;
  photo_link: PhotoLinkTable;
}

interface VisitTable {
  ord: Generated<number>;
  id: string;
  case_id: string | null;
  site: string;
  region_path: string;
  kind: string;
  state: string;
  /** The checklist as it was when the visit was assigned. */
  template_json: string;
  due_ms: number;
  /** When its persons are told next that it is due; null: no more. */
  remind_ms: number | null;
  draw: string | null;
  note: string;
  assigned_by: string;
  assigned_name: string;
  assigned_ms: number;
  version: number;
}

interface VisitPersonTable {
  visit: string;
  account: string;
  name: string;
}

/** What was found: append-only, a later row corrects an earlier one. */
interface VisitRecordTable {
  id: Generated<number>;
  visit: string;
  at_ms: number;
  record_json: string;
}

/** Checklists that a region made its own: every version stays. */
interface VisitTemplateTable {
  region: string;
  region_path: string;
  template: string;
  version: number;
  body_json: string;
  at_ms: number;
  by: string;
}

interface VisitDrawTable {
  id: string;
  region: string;
  region_path: string;
  seed: string;
  count: number;
  population_json: string;
  drawn_json: string;
  at_ms: number;
  by: string;
  by_name: string;
}

/** A picture by the SHA-256 of its bytes; the bytes are a file. */
interface PhotoTable {
  hash: string;
  type: string;
  bytes: number;
  width: number;
  height: number;
  taken_ms: number | null;
  latitude: number | null;
  longitude: number | null;
  created_ms: number;
}

/** Where a picture hangs: who may read that may see it. */
interface PhotoLinkTable {
  ord: Generated<number>;
  photo: string;
  subject_kind: string;
  subject: string;
  site: string;
  region_path: string;
  note: string;
  at_ms: number;
  by: string;
  by_name: string;
}

export async function createVisitTables(db: Kysely<unknown>): Promise<void> {
  await createVisits(db);
  await createVisitSettings(db);
  await createPhotos(db);
}

async function createVisits({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("visit")
    .addColumn("ord", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("case_id", "text")
    .addColumn("site", "text", (column) => column.notNull())
    .addColumn("region_path", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("template_json", "text", (column) => column.notNull())
    .addColumn("due_ms", "bigint", (column) => column.notNull())
    .addColumn("remind_ms", "bigint")
    .addColumn("draw", "text")
    .addColumn("note", "text", (column) => column.notNull())
    .addColumn("assigned_by", "text", (column) => column.notNull())
    .addColumn("assigned_name", "text", (column) => column.notNull())
    .addColumn("assigned_ms", "bigint", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .execute();
  await schema.createIndex("visit_by_region").on("visit").columns(["region_path", "ord"]).execute();
  await schema.createIndex("visit_by_case").on("visit").columns(["case_id", "ord"]).execute();
  await schema.createIndex("visit_by_site").on("visit").columns(["site", "ord"]).execute();
  await schema.createIndex("visit_to_remind").on("visit").column("remind_ms").execute();
  await schema
    .createTable("visit_person")
    .addColumn("visit", "text", (column) => column.notNull())
    .addColumn("account", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("visit_person_key", ["visit", "account"])
    .execute();
  await schema.createIndex("visit_person_by_account").on("visit_person").column("account").execute();
  await schema
    .createTable("visit_record")
    .addColumn("id", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("visit", "text", (column) => column.notNull())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("record_json", "text", (column) => column.notNull())
    .execute();
  await schema.createIndex("visit_record_by_visit").on("visit_record").columns(["visit", "id"]).execute();
}

async function createVisitSettings({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("visit_template")
    .addColumn("region", "text", (column) => column.notNull())
    .addColumn("region_path", "text", (column) => column.notNull())
    .addColumn("template", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("body_json", "text", (column) => column.notNull())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("by", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("visit_template_key", ["region", "template", "version"])
    .execute();
  await schema
    .createTable("visit_draw")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("region", "text", (column) => column.notNull())
    .addColumn("region_path", "text", (column) => column.notNull())
    .addColumn("seed", "text", (column) => column.notNull())
    .addColumn("count", "integer", (column) => column.notNull())
    .addColumn("population_json", "text", (column) => column.notNull())
    .addColumn("drawn_json", "text", (column) => column.notNull())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("by", "text", (column) => column.notNull())
    .addColumn("by_name", "text", (column) => column.notNull())
    .execute();
}

async function createPhotos({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("photo")
    .addColumn("hash", "text", (column) => column.primaryKey())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("bytes", "bigint", (column) => column.notNull())
    .addColumn("width", "integer", (column) => column.notNull())
    .addColumn("height", "integer", (column) => column.notNull())
    .addColumn("taken_ms", "bigint")
    .addColumn("latitude", "real")
    .addColumn("longitude", "real")
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createTable("photo_link")
    .addColumn("ord", "integer", (column) => column.primaryKey().autoIncrement())
    .addColumn("photo", "text", (column) => column.notNull())
    .addColumn("subject_kind", "text", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("site", "text", (column) => column.notNull())
    .addColumn("region_path", "text", (column) => column.notNull())
    .addColumn("note", "text", (column) => column.notNull())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("by", "text", (column) => column.notNull())
    .addColumn("by_name", "text", (column) => column.notNull())
    .addUniqueConstraint("photo_link_once", ["subject_kind", "subject", "photo"])
    .execute();
  await schema.createIndex("photo_link_by_photo").on("photo_link").column("photo").execute();
}
