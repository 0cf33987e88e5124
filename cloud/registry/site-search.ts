import { type Selectable, type SqlBool, sql } from "kysely";
import { withinRegions } from "../access/region-filter.ts";
import type { Database } from "../store/database.ts";
import type { Tables } from "../store/schema.ts";
import type { SiteCategory, SiteState } from "./site-category.ts";

/** What the database itself can tell sites apart by. Absent: no matter. */
export interface SiteFilter {
  /** The parts of the region tree to look in. */
  readonly tops: readonly string[];
  /** A region's path inside them. */
  readonly within?: string | undefined;
  readonly category?: SiteCategory | undefined;
  readonly state?: SiteState | undefined;
  readonly borderArea?: boolean | undefined;
  readonly idleLine?: boolean | undefined;
  /** Part of a name, an address or an id, in any case. */
  readonly text?: string | undefined;
  /** Only sites with measures that are overdue at this time, or only those without. */
  readonly overdue?: { readonly is: boolean; readonly atMs: number } | undefined;
}

type SiteRow = Selectable<Tables["site"]>;

/** Ids asked for in one statement. */
const CANDIDATES_MAX = 500;

/** Sites after an id, by id, at most `limit`; with `candidates`, in the order of ids, only out of these. */
export async function searchSites(
  db: Database,
  filter: SiteFilter,
  { after, limit, candidates }: { after: string; limit: number; candidates?: readonly string[] | undefined },
): Promise<SiteRow[]> {
  const query = filtered(db, filter).where("id", ">", after).orderBy("id");
  if (!candidates) return rowsOf(db, await query.limit(limit).execute());
  const found: { readonly id: string }[] = [];
  const left = candidates.filter((id) => id > after);
  for (let at = 0; at < left.length && found.length < limit; at += CANDIDATES_MAX) {
    const ids = await query
      .where("id", "in", left.slice(at, at + CANDIDATES_MAX))
      .limit(limit - found.length)
      .execute();
    found.push(...ids);
  }
  return rowsOf(db, found);
}

/** The whole rows of a page. What a search goes through is an index that holds every column it asks for, and is a tenth as wide. */
async function rowsOf(db: Database, ids: readonly { readonly id: string }[]): Promise<SiteRow[]> {
  if (ids.length === 0) return [];
  const wanted = ids.map(({ id }) => id);
  return db.selectFrom("site").selectAll().where("id", "in", wanted).orderBy("id").execute();
}

function filtered(db: Database, filter: SiteFilter) {
  const { tops, within, category, state, borderArea, idleLine, text, overdue } = filter;
  let query = db.selectFrom("site").select("id").where(withinRegions("region_path", tops));
  if (within !== undefined) query = query.where(withinRegions("region_path", [within]));
  if (category !== undefined) query = query.where("category", "=", category);
  if (state !== undefined) query = query.where("state", "=", state);
  if (borderArea !== undefined) query = query.where("border_area", "=", borderArea ? 1 : 0);
  if (idleLine !== undefined) query = query.where("idle_line", "=", idleLine ? 1 : 0);
  if (text !== undefined) {
    const pattern = `%${text
      .trim()
      .toLowerCase()
      .replaceAll(/[\\%_]/g, "\\$&")}%`;
    query = query.where(sql<SqlBool>`search_text like ${pattern} escape '\\'`);
  }
  if (overdue) {
    query = query.where(({ exists, not, selectFrom }) => {
      const late = exists(
        selectFrom("closure_measure")
          .select("closure_measure.site")
          .whereRef("closure_measure.site", "=", "site.id")
          .where("required", "=", 1)
          .where("done_date", "is", null)
          .where("due_ms", "<=", overdue.atMs),
      );
      return overdue.is ? late : not(late);
    });
  }
  return query;
}

/** How many measures of each of these sites are overdue; sites without any are absent. */
export async function countOverdue(
  db: Database,
  sites: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, number>> {
  if (sites.length === 0) return new Map();
  const rows = await db
    .selectFrom("closure_measure")
    .select(["site", ({ fn }) => fn.countAll<number>().as("total")])
    .where("site", "in", sites)
    .where("required", "=", 1)
    .where("done_date", "is", null)
    .where("due_ms", "<=", nowMs)
    .groupBy("site")
    .execute();
  return new Map(rows.map(({ site, total }) => [site, Number(total)]));
}
