import type { Actor } from "../access/actor.ts";
import type { Database } from "../store/database.ts";
import { nextLink } from "../store/hash-chain.ts";

/** What was done, and to what. `detail` is JSON without a secret or a protected identity. */
export interface AuditedAct {
  /** A verb after its subject's kind: `permit.approve`. */
  readonly action: string;
  /** `kind:id` of what was acted on, such as `site:qingshi-dyes`. */
  readonly subject: string;
  /** Where in the region tree it lies; empty: it belongs to no region. */
  readonly regionPath: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Who acts when nobody does: deadlines, expiries, what detection raises. */
export const SYSTEM: Pick<Actor, "id" | "name" | "via"> = { id: "system", name: "system", via: "system" };

/** Rows of one statement: 500 × 8 values stay below SQLite's bound of 32,766. */
const APPENDED_TOGETHER = 500;

/** Appends an act to the chain, in the transaction of the act itself. */
export function appendAudit(
  tx: Database,
  actor: Pick<Actor, "id" | "name" | "via">,
  act: AuditedAct,
  atMs: number,
): Promise<void> {
  return appendAudits(tx, actor, [act], atMs);
}

/** Appends many acts of one moment, in their order: the same entries and hashes as one by one. */
export async function appendAudits(
  tx: Database,
  actor: Pick<Actor, "id" | "name" | "via">,
  acts: readonly AuditedAct[],
  atMs: number,
): Promise<void> {
  const last = await tx.selectFrom("audit").select("hash").orderBy("id", "desc").limit(1).executeTakeFirst();
  let prev = last?.hash;
  for (let at = 0; at < acts.length; at += APPENDED_TOGETHER) {
    const rows = acts.slice(at, at + APPENDED_TOGETHER).map((act) => {
      const row = auditRow(actor, act, atMs, prev);
      prev = row.hash;
      return row;
    });
    await tx.insertInto("audit").values(rows).execute();
  }
}

function auditRow(
  actor: Pick<Actor, "id" | "name" | "via">,
  { action, subject, regionPath, detail = {} }: AuditedAct,
  atMs: number,
  prev: string | undefined,
) {
  const { id, name, via } = actor;
  const entry_json = JSON.stringify({ atMs, actor: id, name, via, action, subject, regionPath, detail });
  const found = { at_ms: atMs, actor: id, action, subject, region_path: regionPath };
  return { ...found, entry_json, ...nextLink(prev, entry_json) };
}
