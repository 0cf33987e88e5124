import type { Database } from "../store/database.ts";
import { CHAIN_PAGE_ROWS, type ChainVerdict, walkChain } from "../store/walk-chain.ts";

/** Walks the chain of everything that was done with cases. */
export async function verifyCases(db: Database): Promise<ChainVerdict> {
  const pageAfter = (id: number) =>
    db
      .selectFrom("case_entry")
      .selectAll()
      .where("id", ">", id)
      .orderBy("id")
      .limit(CHAIN_PAGE_ROWS)
      .execute();
  const { brokenAt, ...walked } = await walkChain(
    pageAfter,
    (row, entry) => entry["case"] === row.case_id && entry["act"] === row.act && entry["atMs"] === row.at_ms,
  );
  return { ...walked, brokenAt: brokenAt && { ...brokenAt, why: `of the cases' record: ${brokenAt.why}` } };
}
