import { sql } from "kysely";
import { withinRegions } from "../access/region-filter.ts";
import type { CaseItem } from "../api/case-contract.ts";
import type { AlertView } from "../api/contract.ts";
import type { Database } from "../store/database.ts";
import { parseFacts } from "./case-book.ts";
import type { CaseState, CaseVerdict } from "./case-facts.ts";

/** Which cases are asked for. */
export interface CaseFilter {
  /** Topmost paths that the reader may see. */
  readonly regions: readonly string[];
  /** A region's path inside them. */
  readonly region?: string | undefined;
  readonly states?: readonly CaseState[] | undefined;
  readonly levels?: readonly string[] | undefined;
  readonly verdict?: CaseVerdict | undefined;
  readonly site?: string | undefined;
  readonly assignee?: string | undefined;
  readonly overdue?: boolean | undefined;
  readonly text?: string | undefined;
}

/** Cases, newest first, before the given place in their order. `limit`: rows read. */
export async function listCases(
  db: Database,
  filter: CaseFilter,
  { before, limit, nowMs }: { readonly before: number; readonly limit: number; readonly nowMs: number },
): Promise<{ ord: number; item: CaseItem }[]> {
  let query = selectItems(db)
    .where(withinRegions("case.region_path", filter.regions))
    .where("case.ord", "<", before)
    .orderBy("case.ord", "desc")
    .limit(limit);
  if (filter.region !== undefined) query = query.where(withinRegions("case.region_path", [filter.region]));
  if (filter.states) query = query.where("case.state", "in", filter.states);
  if (filter.levels) query = query.where("case.level", "in", filter.levels);
  if (filter.verdict !== undefined) query = query.where("case.verdict", "=", filter.verdict);
  if (filter.site !== undefined) query = query.where("case.site", "=", filter.site);
  if (filter.assignee !== undefined) query = query.where(holds("case.assignees", `,${filter.assignee},`));
  if (filter.overdue) query = query.where("case.due_ms", "<", nowMs);
  for (const word of words(filter.text)) query = query.where(holds("case.search_text", word));
  return (await query.execute()).map((row) => ({ ord: row.ord, item: toItem(row, nowMs) }));
}

/** One case as lists show it, or null. */
export async function caseItem(db: Database, id: string, nowMs: number): Promise<CaseItem | null> {
  const row = await selectItems(db).where("case.id", "=", id).executeTakeFirst();
  return row ? toItem(row, nowMs) : null;
}

function selectItems(db: Database) {
  return db
    .selectFrom("case")
    .innerJoin("site", "site.id", "case.site")
    .leftJoin("alert", "alert.id", "case.alert")
    .select(["case.ord", "case.facts_json", "case.due_ms", "site.name_zh", "site.name_en"])
    .select("alert.alert_json");
}

type Row = Awaited<ReturnType<ReturnType<typeof selectItems>["execute"]>>[number];

function toItem(row: Row, nowMs: number): CaseItem {
  const facts = parseFacts(row.facts_json);
  const { id, site, regionPath, alert, alertClass, rule, state, level, provisional, withdrawn } = facts;
  return {
    ...{ id, site, siteName: { zh: row.name_zh, en: row.name_en }, regionPath, alert, alertClass, rule },
    sentence: sentenceOf(row.alert_json),
    ...{ state, level, verdict: facts.verdict?.kind ?? null, provisional, withdrawn, ongoing: facts.ongoing },
    ...{ late: facts.late, eventMs: facts.eventMs, openedMs: facts.openedMs },
    ...{ assignees: [...facts.assignees], dueMs: row.due_ms, version: facts.version },
    overdue: row.due_ms !== null && row.due_ms < nowMs,
  };
}

/** Our own text, written by storeAlert. */
function sentenceOf(json: string | null): CaseItem["sentence"] {
  return json === null ? { zh: "", en: "" } : (JSON.parse(json) as Pick<AlertView, "sentence">).sentence;
}

/** What a search looks for, each word by itself; two Chinese characters are a word. */
function words(text: string | undefined): string[] {
  return (text ?? "").toLowerCase().split(/\s+/).filter(Boolean);
}

/** True where the column holds the text, which is taken letter by letter. */
function holds(column: "case.search_text" | "case.assignees", text: string) {
  return sql<boolean>`${sql.ref(column)} like ${`%${text.replaceAll(/[!%_]/g, "!$&")}%`} escape '!'`;
}
