import type { Database } from "../store/database.ts";
import { nextLink } from "../store/hash-chain.ts";

/** Rows read at once: a long chain must not be held in memory. */
const PAGE_ROWS = 5_000;

/** Walks the chain of everything that was done with cases. `brokenAt`: the first entry that does not follow from those before. */
export async function verifyCases(
  db: Database,
): Promise<{ entries: number; brokenAt: { id: number; why: string } | null }> {
  let entries = 0;
  let head: string | undefined;
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom("case_entry")
      .selectAll()
      .where("id", ">", after)
      .orderBy("id")
      .limit(PAGE_ROWS)
      .execute();
    for (const row of rows) {
      const link = nextLink(head, row.entry_json);
      const isSame = row.prev_hash === link.prev_hash && row.hash === link.hash;
      const said = JSON.parse(row.entry_json) as Record<string, unknown>;
      const columns = said["case"] === row.case_id && said["act"] === row.act && said["atMs"] === row.at_ms;
      if (!isSame || !columns) {
        const why = isSame ? "a column differs from the text that was hashed" : "it was changed or moved";
        return { entries, brokenAt: { id: row.id, why: `of the cases' record: ${why}` } };
      }
      head = row.hash;
      after = row.id;
      entries++;
    }
    if (rows.length < PAGE_ROWS) return { entries, brokenAt: null };
  }
}
