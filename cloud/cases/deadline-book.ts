import { withinRegions } from "../access/region-filter.ts";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import {
  type CaseDeadlines,
  caseDue,
  DEFAULT_DEADLINES,
  deadlinesSchema,
  nextEscalationMs,
} from "./case-deadlines.ts";
import type { CaseFacts } from "./case-facts.ts";

/** Deadlines as a region has them: its own, or from above. */
export interface RegionDeadlines {
  readonly deadlines: CaseDeadlines;
  /** The region that set them; null: nobody did. */
  readonly setBy: string | null;
  /** Of the region's own; 0: it has none. */
  readonly version: number;
}

/** The deadlines that count at a region: of the nearest region, itself or above, that set some. */
export async function deadlinesAt(db: Database, regionPath: string): Promise<CaseDeadlines> {
  return (await findDeadlines(db, regionPath)).deadlines;
}

/** The same, with who set them. */
export async function findDeadlines(db: Database, regionPath: string): Promise<RegionDeadlines> {
  const paths = regionPath
    .split("/")
    .slice(0, -1)
    .map((_, index, ids) => `${ids.slice(0, index + 1).join("/")}/`);
  if (paths.length === 0) return { deadlines: DEFAULT_DEADLINES, setBy: null, version: 0 };
  const rows = await db.selectFrom("case_deadlines").selectAll().where("region_path", "in", paths).execute();
  const nearest = rows.sort((a, b) => b.region_path.length - a.region_path.length)[0];
  if (!nearest) return { deadlines: DEFAULT_DEADLINES, setBy: null, version: 0 };
  return {
    deadlines: deadlinesSchema.parse(JSON.parse(nearest.deadlines_json)),
    setBy: nearest.region,
    version: nearest.region_path === regionPath ? nearest.version : 0,
  };
}

/** Sets a region's own. Throws CHANGED_MEANWHILE. Cases take them over at their next act, or when refreshed. */
export async function setDeadlines(
  tx: Database,
  region: { readonly id: string; readonly path: string },
  deadlines: CaseDeadlines,
  version: number,
): Promise<void> {
  const known = await findDeadlines(tx, region.path);
  if (known.version !== version) throw cloudError("CHANGED_MEANWHILE");
  const values = {
    region_path: region.path,
    deadlines_json: JSON.stringify(deadlines),
    version: version + 1,
  };
  await tx
    .insertInto("case_deadlines")
    .values({ region: region.id, ...values })
    .onConflict((conflict) => conflict.column("region").doUpdateSet(values))
    .execute();
}

/** Cases counted anew in one go: what is open in a county. */
const REFRESHED_MAX = 10_000;

/** Has the watch look again at every open case of a region, whose deadlines are others now. */
export async function refreshDue(tx: Database, regionPath: string): Promise<void> {
  const rows = await tx
    .selectFrom("case")
    .select("facts_json")
    .where(withinRegions("case.region_path", [regionPath]))
    .where("state", "not in", ["verdict", "closed"])
    .limit(REFRESHED_MAX)
    .execute();
  for (const { facts_json } of rows) {
    const facts = JSON.parse(facts_json) as CaseFacts;
    const deadlines = await deadlinesAt(tx, facts.regionPath);
    await tx.updateTable("case").set(dueColumns(facts, deadlines)).where("id", "=", facts.id).execute();
  }
}

/** When a case is due and somebody is told next, as the table holds it. Pure. */
export function dueColumns(facts: CaseFacts, deadlines: CaseDeadlines) {
  return {
    since_ms: facts.sinceMs,
    due_ms: caseDue(facts, deadlines)?.dueMs ?? null,
    escalate_ms: nextEscalationMs(facts, deadlines),
  };
}
