import type { Database } from "../store/database.ts";
import { contextEntrySchema, type SiteContextEntry } from "./context-log.ts";

/** Entries taken over in one transaction. */
const TAKEN_MAX = 500;

/** Notes an entry in the transaction of the act that decided it; the pipeline appends it to the context log afterwards, once. */
export async function storeDueContext(tx: Database, site: string, entry: SiteContextEntry): Promise<void> {
  await tx
    .insertInto("due_context")
    .values({ site, entry_json: JSON.stringify(entry) })
    .execute();
}

/** What was decided and not taken over yet, oldest first; it is gone from here when the transaction commits. */
export async function takeDueContext(tx: Database): Promise<{ site: string; entry: SiteContextEntry }[]> {
  const rows = await tx.selectFrom("due_context").selectAll().orderBy("id").limit(TAKEN_MAX).execute();
  const last = rows.at(-1);
  if (last) await tx.deleteFrom("due_context").where("id", "<=", last.id).execute();
  return rows.map(({ site, entry_json }) => ({
    site,
    entry: contextEntrySchema.parse(JSON.parse(entry_json)),
  }));
}
