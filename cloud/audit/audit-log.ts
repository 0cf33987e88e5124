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

/** Appends an act to the chain, in the transaction of the act itself. */
export async function appendAudit(
  tx: Database,
  actor: Pick<Actor, "id" | "name" | "via">,
  act: AuditedAct,
  atMs: number,
): Promise<void> {
  const { action, subject, regionPath, detail = {} } = act;
  const entry_json = JSON.stringify({
    atMs,
    actor: actor.id,
    name: actor.name,
    via: actor.via,
    action,
    subject,
    regionPath,
    detail,
  });
  const last = await tx.selectFrom("audit").select("hash").orderBy("id", "desc").limit(1).executeTakeFirst();
  await tx
    .insertInto("audit")
    .values({
      at_ms: atMs,
      actor: actor.id,
      action,
      subject,
      region_path: regionPath,
      entry_json,
      ...nextLink(last?.hash, entry_json),
    })
    .execute();
}
