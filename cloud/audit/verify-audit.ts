import type { Database } from "../store/database.ts";
import { CHAIN_PAGE_ROWS, type ChainVerdict, walkChain } from "../store/walk-chain.ts";

/** Walks the whole audit log. */
export async function verifyAudit(
  db: Database,
  tell: (progress: { done: number; total: number }) => void = () => {},
): Promise<ChainVerdict> {
  const { total } = await db
    .selectFrom("audit")
    .select(({ fn }) => fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  const pageAfter = (id: number) =>
    db.selectFrom("audit").selectAll().where("id", ">", id).orderBy("id").limit(CHAIN_PAGE_ROWS).execute();
  return walkChain(
    pageAfter,
    (row, entry) =>
      entry["atMs"] === row.at_ms &&
      entry["actor"] === row.actor &&
      entry["action"] === row.action &&
      entry["subject"] === row.subject &&
      entry["regionPath"] === row.region_path,
    (done) => tell({ done, total: Number(total) }),
  );
}
