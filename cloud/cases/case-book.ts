import type { Actor } from "../access/actor.ts";
import { type AuditedAct, appendAudit } from "../audit/audit-log.ts";
import { cloudError } from "../errors.ts";
import { levelRank } from "../notify/notification.ts";
import type { Database } from "../store/database.ts";
import { nextLink } from "../store/hash-chain.ts";
import type { CaseFacts } from "./case-facts.ts";
import { applyAct, type CaseAct } from "./case-machine.ts";
import { deadlinesAt, dueColumns } from "./deadline-book.ts";

/** Who acts on a case, and when. */
export interface CaseCall {
  readonly actor: Pick<Actor, "id" | "name" | "via">;
  readonly nowMs: number;
  /** What the actor had read; without it the newest counts. */
  readonly version?: number;
  /** A request's own way to the audit log. */
  readonly audit?: (act: AuditedAct) => Promise<void>;
}

/** One entry of a case's record, as it was written. */
export interface CaseEntry {
  readonly id: number;
  readonly case: string;
  readonly atMs: number;
  readonly actor: string;
  readonly name: string;
  readonly via: string;
  readonly act: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly state: string;
  readonly level: string;
}

/** A case, or null. */
export async function findCase(db: Database, id: string): Promise<CaseFacts | null> {
  const row = await db.selectFrom("case").select("facts_json").where("id", "=", id).executeTakeFirst();
  return row ? parseFacts(row.facts_json) : null;
}

/** The case that an alert belongs to now, or null. */
export async function findCaseOfAlert(db: Database, alert: string): Promise<CaseFacts | null> {
  const row = await db
    .selectFrom("case_alert")
    .innerJoin("case", "case.id", "case_alert.case_id")
    .select("case.facts_json")
    .where("case_alert.alert", "=", alert)
    .executeTakeFirst();
  return row ? parseFacts(row.facts_json) : null;
}

/** Our own text, written by saveCase. */
export function parseFacts(json: string): CaseFacts {
  return JSON.parse(json) as CaseFacts;
}

/** The id of the next case: the year, and how many there were. */
export async function nextCaseId(tx: Database, localYear: number): Promise<string> {
  const { last } = await tx
    .selectFrom("case")
    .select(({ fn }) => fn.max<number | null>("ord").as("last"))
    .executeTakeFirstOrThrow();
  return `${localYear}-${String((last ?? 0) + 1).padStart(6, "0")}`;
}

/** Enters a new case with its first entry. */
export async function insertCase(
  tx: Database,
  facts: CaseFacts,
  searchText: string,
  entry: { readonly actor: CaseCall["actor"]; readonly detail: Readonly<Record<string, unknown>> },
): Promise<void> {
  await tx
    .insertInto("case")
    .values({
      ...{ id: facts.id, site: facts.site, search_text: searchText, opened_ms: facts.openedMs },
      ...(await columnsOf(tx, facts)),
    })
    .execute();
  await bindAlert(tx, facts.alert, facts.id);
  await appendEntry(
    tx,
    facts,
    { act: "opened", detail: entry.detail },
    { actor: entry.actor, nowMs: facts.openedMs },
  );
}

/** Puts an alert under a case. */
export async function bindAlert(tx: Database, alert: string, caseId: string): Promise<void> {
  await tx
    .insertInto("case_alert")
    .values({ alert, case_id: caseId })
    .onConflict((conflict) => conflict.column("alert").doUpdateSet({ case_id: caseId }))
    .execute();
}

/**
 * Applies an act, enters it in the record and in the audit log, and stores the case. `version`: what the actor had read.
 * Throws CHANGED_MEANWHILE, or CASE_STATE with the reason.
 */
export async function actOnCase(
  tx: Database,
  facts: CaseFacts,
  act: CaseAct,
  call: CaseCall,
): Promise<CaseFacts> {
  const { actor, nowMs, version = facts.version } = call;
  if (version !== facts.version) throw cloudError("CHANGED_MEANWHILE");
  const outcome = applyAct(facts, act, { atMs: nowMs, by: actor.id, name: actor.name });
  if ("refused" in outcome) throw cloudError("CASE_STATE", { case: facts.id, why: outcome.refused });
  await saveCase(tx, outcome.facts);
  const { act: name, ...detail } = act;
  await appendEntry(tx, outcome.facts, { act: name, detail }, call);
  return outcome.facts;
}

/** Writes the newest state of a case. */
export async function saveCase(tx: Database, facts: CaseFacts): Promise<void> {
  await tx
    .updateTable("case")
    .set(await columnsOf(tx, facts))
    .where("id", "=", facts.id)
    .execute();
}

async function columnsOf(tx: Database, facts: CaseFacts) {
  return {
    region_path: facts.regionPath,
    alert: facts.alert,
    state: facts.state,
    level: facts.level,
    level_rank: levelRank(facts.level),
    verdict: facts.verdict?.kind ?? null,
    closed_ms: facts.closed?.atMs ?? null,
    ...dueColumns(facts, await deadlinesAt(tx, facts.regionPath)),
    assignees: facts.assignees.length === 0 ? "" : `,${facts.assignees.join(",")},`,
    version: facts.version,
    facts_json: JSON.stringify(facts),
  };
}

/** Appends to the cases' chain; what a person or the system did is in the audit log, too. */
async function appendEntry(
  tx: Database,
  { id, site, regionPath, state, level }: CaseFacts,
  { act, detail }: { readonly act: string; readonly detail: Readonly<Record<string, unknown>> },
  { actor, nowMs: atMs, audit = (entry) => appendAudit(tx, actor, entry, atMs) }: CaseCall,
): Promise<void> {
  const entry_json = JSON.stringify({
    ...{ case: id, atMs, actor: actor.id, name: actor.name, via: actor.via },
    ...{ act, detail, state, level },
  });
  const last = await tx
    .selectFrom("case_entry")
    .select("hash")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  await tx
    .insertInto("case_entry")
    .values({ case_id: id, at_ms: atMs, act, entry_json, ...nextLink(last?.hash, entry_json) })
    .execute();
  const told = { site, state, level, ...detail };
  await audit({ action: `case.${act}`, subject: `case:${id}`, regionPath, detail: told });
}

/** A case's record, oldest first. */
export async function loadEntries(db: Database, id: string): Promise<CaseEntry[]> {
  const rows = await db
    .selectFrom("case_entry")
    .select(["id", "entry_json"])
    .where("case_id", "=", id)
    .orderBy("id")
    .limit(ENTRIES_LISTED_MAX)
    .execute();
  // Our own text, written by appendEntry.
  return rows.map(({ id: entry, entry_json }) => ({ ...(JSON.parse(entry_json) as CaseEntry), id: entry }));
}

/** The most entries of one case that one answer lists. */
const ENTRIES_LISTED_MAX = 1_000;
