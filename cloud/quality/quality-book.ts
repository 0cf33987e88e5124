import { withinRegions } from "../access/region-filter.ts";
import { loadAlert } from "../cases/alert-book.ts";
import { parseFacts } from "../cases/case-book.ts";
import { loadContext } from "../context/context-log.ts";
import { type RuleThresholds, thresholdsOf } from "../detect/rule-thresholds.ts";
import type { Database } from "../store/database.ts";
import type { JudgedCase } from "./alarm-quality.ts";
import { type DecidedCase, proposeThresholds, type ThresholdProposal } from "./threshold-proposal.ts";

/** Cases of one look; a county has a few a day. */
const CASES_MAX = 50_000;
/** Decided cases of one site that a proposal rests on, the newest. */
const DECIDED_MAX = 200;

/** What was opened in parts of the tree from `fromMs` to `toMs`; what a rebuild found in the past alarmed nobody. */
export async function loadJudgedCases(
  db: Database,
  regions: readonly string[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<JudgedCase[]> {
  const rows = await db
    .selectFrom("case")
    .select("facts_json")
    .where(withinRegions("case.region_path", regions))
    .where("opened_ms", ">=", fromMs)
    .where("opened_ms", "<", toMs)
    .orderBy("ord", "desc")
    .limit(CASES_MAX)
    .execute();
  return rows
    .map(({ facts_json }) => parseFacts(facts_json))
    .filter(({ quiet }) => !quiet)
    .map(({ id, site, rule, level, openedMs, acknowledged, visited, closed, verdict }) => ({
      ...{ id, site, rule, level, openedMs, verdict: verdict?.kind ?? null },
      ...{ acknowledgedMs: acknowledged?.atMs ?? null, visitedMs: visited?.atMs ?? null },
      closedMs: closed?.atMs ?? null,
    }));
}

/** People who deal with the alerts of a region: its county officers, from above too. */
export async function countOfficers(db: Database, region: string): Promise<number> {
  const rows = await db
    .selectFrom("account_grant")
    .innerJoin("account", "account.id", "account_grant.account")
    .select(["account.id", "account_grant.region_path"])
    .where("account_grant.role", "=", "county-officer")
    .where("account.disabled_ms", "is", null)
    .execute();
  const near = rows.filter(({ region_path: path }) => path.startsWith(region) || region.startsWith(path));
  return new Set(near.map(({ id }) => id)).size;
}

/** What a person set for a site, as the newest entry of the context log says; null: nothing. */
export async function setThresholds(db: Database, site: string): Promise<Partial<RuleThresholds> | null> {
  const entries = await loadContext(db, site);
  const newest = entries.findLast(({ entry }) => entry.kind === "thresholds")?.entry;
  return newest?.kind === "thresholds" ? newest.values : null;
}

/** What could be set at a site, out of its decided cases. */
export async function proposalsFor(
  db: Database,
  site: string,
): Promise<{ thresholds: RuleThresholds; proposals: ThresholdProposal[] }> {
  const row = await db.selectFrom("site").select("settings_json").where("id", "=", site).executeTakeFirst();
  const thresholds = thresholdsOf(await setThresholds(db, site));
  const formerLoadW = Number(
    (JSON.parse(row?.settings_json ?? "{}") as { formerLoadW?: unknown }).formerLoadW,
  );
  const rows = await db
    .selectFrom("case")
    .select("facts_json")
    .where("site", "=", site)
    .where("verdict", "is not", null)
    .orderBy("ord", "desc")
    .limit(DECIDED_MAX)
    .execute();
  const decided: DecidedCase[] = [];
  for (const { facts_json } of rows) {
    const { id, verdict, alert } = parseFacts(facts_json);
    const reasons = (await loadAlert(db, alert))?.reasons ?? [];
    if (verdict) decided.push({ id, verdict: verdict.kind, reasons });
  }
  return { thresholds, proposals: proposeThresholds(decided, { thresholds, formerLoadW }) };
}
