import type { Database } from "../store/database.ts";
import { parseFacts, saveCase } from "./case-book.ts";

/** A site that lies in another region now takes its cases, visits and photos along: who may see them is who may see it. */
export async function moveSiteWork(tx: Database, site: string, regionPath: string): Promise<void> {
  const rows = await tx.selectFrom("case").select("facts_json").where("site", "=", site).execute();
  for (const { facts_json } of rows) await saveCase(tx, { ...parseFacts(facts_json), regionPath });
  for (const table of ["visit", "photo_link"] as const) {
    await tx.updateTable(table).set({ region_path: regionPath }).where("site", "=", site).execute();
  }
}
