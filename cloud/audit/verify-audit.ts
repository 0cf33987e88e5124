import type { Database } from "../store/database.ts";
import { nextLink } from "../store/hash-chain.ts";

/** Rows read at once: a long chain must not be held in memory. */
const PAGE_ROWS = 5_000;

/** What a walk along the chain found. `brokenAt`: the first entry that does not follow from those before. */
export interface AuditVerdict {
  readonly entries: number;
  readonly head: string | null;
  readonly brokenAt: { readonly id: number; readonly why: string } | null;
}

/** One entry as it is stored or exported. */
interface AuditRow {
  readonly id: number;
  readonly entry_json: string;
  readonly prev_hash: string;
  readonly hash: string;
  readonly at_ms: number;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly region_path: string;
}

/** Why a row does not follow the hash before it, or null. The columns must say what the hashed text says. Pure. */
function auditProblem(row: AuditRow, prev: string | undefined): string | null {
  const link = nextLink(prev, row.entry_json);
  if (row.prev_hash !== link.prev_hash) return "it does not follow the entry before it";
  if (row.hash !== link.hash) return "its text was changed";
  const entry = JSON.parse(row.entry_json) as Record<string, unknown>;
  const same =
    entry["atMs"] === row.at_ms &&
    entry["actor"] === row.actor &&
    entry["action"] === row.action &&
    entry["subject"] === row.subject &&
    entry["regionPath"] === row.region_path;
  return same ? null : "a column differs from the text that was hashed";
}

/** Walks the whole chain. */
export async function verifyAudit(
  db: Database,
  tell: (progress: { done: number; total: number }) => void = () => {},
): Promise<AuditVerdict> {
  const { total } = await db
    .selectFrom("audit")
    .select(({ fn }) => fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  let entries = 0;
  let head: string | undefined;
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom("audit")
      .selectAll()
      .where("id", ">", after)
      .orderBy("id")
      .limit(PAGE_ROWS)
      .execute();
    for (const row of rows) {
      const why = auditProblem(row, head);
      if (why !== null) return { entries, head: head ?? null, brokenAt: { id: row.id, why } };
      head = row.hash;
      after = row.id;
      entries++;
    }
    tell({ done: entries, total: Number(total) });
    if (rows.length < PAGE_ROWS) return { entries, head: head ?? null, brokenAt: null };
  }
}
