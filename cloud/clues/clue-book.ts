import { createHash } from "node:crypto";
import { withinRegions } from "../access/region-filter.ts";
import { newId } from "../access/secret-text.ts";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { type MatchableSite, normalised } from "./match-site.ts";

/** 群众举报, 供电名单, 市场主体名单, 车辆. */
export const CLUE_KINDS = ["report", "power-list", "market-list", "vehicle"] as const;
export type ClueKind = (typeof CLUE_KINDS)[number];
export const CLUE_STATES = ["received", "assigned", "checked", "concluded"] as const;
export type ClueState = (typeof CLUE_STATES)[number];
/** 属实 不属实 已在册 移交. */
export const CLUE_OUTCOMES = ["confirmed", "unfounded", "known-site", "transferred"] as const;
/** Sites that one match looks at. */
const SITES_MAX = 20_000;

/** A clue as everybody who may read clues sees it: without who reported. */
export interface Clue {
  readonly id: string;
  readonly kind: ClueKind;
  readonly state: ClueState;
  readonly region: string;
  readonly regionPath: string;
  readonly site: string | null;
  readonly name: string;
  readonly address: string;
  readonly account: string;
  readonly text: string;
  readonly receivedMs: number;
  readonly receivedBy: string;
  readonly assignees: readonly string[];
  readonly found: string;
  readonly outcome: (typeof CLUE_OUTCOMES)[number] | null;
  readonly outcomeText: string;
  readonly rewardYuan: number | null;
  readonly version: number;
}

/** What is entered. */
export interface NewClue
  extends Pick<Clue, "kind" | "region" | "regionPath" | "name" | "address" | "account" | "text"> {
  readonly reporter: { readonly name: string; readonly phone: string } | null;
}

/** Enters a clue; who reported it goes into a table of its own. */
export async function receiveClue(
  tx: Database,
  clue: NewClue,
  { id: by, name }: { readonly id: string; readonly name: string },
  nowMs: number,
): Promise<Clue> {
  const { reporter, regionPath, ...said } = clue;
  const id = newId("clue");
  await tx
    .insertInto("clue")
    .values({
      ...{ ...said, id, state: "received", region_path: regionPath, site: null, assignees: "", found: "" },
      ...{ received_ms: nowMs, received_by: by, received_name: name, outcome: null, outcome_text: "" },
      ...{ reward_yuan: null, fingerprint: fingerprintOf(clue), version: 1 },
    })
    .execute();
  if (reporter) {
    await tx
      .insertInto("clue_reporter")
      .values({ clue: id, ...reporter, at_ms: nowMs })
      .execute();
  }
  return readClue(tx, id);
}

/** Says which row of which kind of list it is. Pure. */
export function fingerprintOf({
  kind,
  region,
  name,
  address,
  account,
}: Omit<NewClue, "reporter" | "text">): string {
  const parts = [kind, region, normalised(name), normalised(address), account.replaceAll(/\D/g, "")];
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}

/** One clue. Throws NOT_VISIBLE. */
export async function readClue(db: Database, id: string): Promise<Clue> {
  const row = await db.selectFrom("clue").selectAll().where("id", "=", id).executeTakeFirst();
  if (!row) throw cloudError("NOT_VISIBLE");
  return toClue(row);
}

/** Clues of parts of the tree, newest first, before a place in their order. */
export async function listClues(
  db: Database,
  filter: { readonly regions: readonly string[]; readonly kind?: ClueKind; readonly state?: ClueState },
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<{ ord: number; clue: Clue }[]> {
  let query = db
    .selectFrom("clue")
    .selectAll()
    .where(withinRegions("clue.region_path", filter.regions))
    .where("ord", "<", before)
    .orderBy("ord", "desc")
    .limit(limit);
  if (filter.kind) query = query.where("kind", "=", filter.kind);
  if (filter.state) query = query.where("state", "=", filter.state);
  return (await query.execute()).map((row) => ({ ord: row.ord, clue: toClue(row) }));
}

/** Writes columns of a clue. Throws CHANGED_MEANWHILE. */
export async function changeClue(
  tx: Database,
  { id, version }: Pick<Clue, "id" | "version">,
  values: Partial<{
    state: ClueState;
    site: string | null;
    assignees: string;
    found: string;
    outcome: string;
    outcome_text: string;
    reward_yuan: number | null;
  }>,
): Promise<Clue> {
  const { numUpdatedRows } = await tx
    .updateTable("clue")
    .set({ ...values, version: version + 1 })
    .where("id", "=", id)
    .where("version", "=", version)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw cloudError("CHANGED_MEANWHILE");
  return readClue(tx, id);
}

/** Who reported a clue, or null. Whoever asks is on record. */
export async function reporterOf(db: Database, clue: string) {
  const row = await db.selectFrom("clue_reporter").selectAll().where("clue", "=", clue).executeTakeFirst();
  return row ? { name: row.name, phone: row.phone } : null;
}

/** The sites of parts of the tree, as clues are compared with them. */
export async function matchableSites(db: Database, regions: readonly string[]): Promise<MatchableSite[]> {
  const rows = await db
    .selectFrom("site")
    .select(["id", "name_zh", "address", "notes"])
    .where(withinRegions("region_path", regions))
    .orderBy("id")
    .limit(SITES_MAX)
    .execute();
  return rows.map(({ id, name_zh, address, notes }) => ({ id, name: name_zh, address, notes }));
}

type Row = NonNullable<Awaited<ReturnType<typeof rowOf>>>;
function rowOf(db: Database) {
  return db.selectFrom("clue").selectAll().executeTakeFirst();
}

function toClue(row: Row): Clue {
  return {
    ...{ id: row.id, region: row.region, regionPath: row.region_path, site: row.site, name: row.name },
    kind: CLUE_KINDS.find((kind) => kind === row.kind) ?? "report",
    state: CLUE_STATES.find((state) => state === row.state) ?? "received",
    ...{ address: row.address, account: row.account, text: row.text, found: row.found },
    ...{ receivedMs: row.received_ms, receivedBy: row.received_name },
    assignees: row.assignees.split(",").filter(Boolean),
    outcome: CLUE_OUTCOMES.find((outcome) => outcome === row.outcome) ?? null,
    ...{ outcomeText: row.outcome_text, rewardYuan: row.reward_yuan, version: row.version },
  };
}
