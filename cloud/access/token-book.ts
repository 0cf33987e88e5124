import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { PERMISSION_NAMES, type Permission } from "./policy.ts";
import { newId, newSecret, secretHash } from "./secret-text.ts";

/** Tokens an account may have at once. */
const TOKENS_MAX = 20;
/** Tokens of an account that expired or were revoked and stay listed; the oldest are forgotten. Who made them is in the audit log. */
const ENDED_KEPT_MAX = 20;
const USED_EVERY_MS = 60_000;
const PREFIX = "swt_";

/** A token as its owner sees it. */
export interface ListedToken {
  readonly id: string;
  readonly label: string;
  readonly permissions: Permission[];
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly revokedMs: number | null;
  readonly usedMs: number | null;
}

/** Makes a token; its text is told once and stored nowhere. Throws TOKENS_EXHAUSTED. */
export async function createToken(
  tx: Database,
  owner: string,
  order: Pick<ListedToken, "label" | "permissions" | "expiresMs">,
  nowMs: number,
): Promise<{ id: string; token: string }> {
  const tokens = await listTokens(tx, owner);
  const ended = tokens.filter(({ revokedMs, expiresMs }) => revokedMs !== null || expiresMs <= nowMs);
  if (tokens.length - ended.length >= TOKENS_MAX) throw cloudError("TOKENS_EXHAUSTED", { max: TOKENS_MAX });
  for (const old of ended.slice(ENDED_KEPT_MAX)) {
    await tx.deleteFrom("api_token").where("id", "=", old.id).execute();
  }
  const id = newId("t");
  const secret = newSecret();
  await tx
    .insertInto("api_token")
    .values({
      id,
      account: owner,
      hash: secretHash(secret),
      label: order.label,
      permissions_json: JSON.stringify(order.permissions),
      created_ms: nowMs,
      expires_ms: order.expiresMs,
      revoked_ms: null,
      used_ms: null,
    })
    .execute();
  return { id, token: `${PREFIX}${id}_${secret}` };
}

/** The tokens of an account, newest first. */
export async function listTokens(db: Database, owner: string): Promise<ListedToken[]> {
  const rows = await db
    .selectFrom("api_token")
    .selectAll()
    .where("account", "=", owner)
    .orderBy("created_ms", "desc")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    label: row.label,
    permissions: permissionsOf(row.permissions_json),
    createdMs: row.created_ms,
    expiresMs: row.expires_ms,
    revokedMs: row.revoked_ms,
    usedMs: row.used_ms,
  }));
}

/** Takes a token out of use; false when the account has none of that id. */
export async function revokeToken(tx: Database, owner: string, id: string, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("api_token")
    .set({ revoked_ms: nowMs })
    .where("id", "=", id)
    .where("account", "=", owner)
    .where("revoked_ms", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Whose token a text is and what it may do, or null: unknown, expired, revoked. */
export async function findToken(
  db: Database,
  text: string,
  nowMs: number,
): Promise<{ account: string; scope: ReadonlySet<Permission> } | null> {
  const [, id, secret] = /^swt_(t-[0-9a-f]{16})_([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  if (id === undefined || secret === undefined) return null;
  const row = await db.selectFrom("api_token").selectAll().where("id", "=", id).executeTakeFirst();
  // Hashes of 256 random bits: how long the comparison takes tells nothing of use.
  if (!row || row.hash !== secretHash(secret) || row.revoked_ms !== null || row.expires_ms <= nowMs)
    return null;
  if (row.used_ms === null || nowMs - row.used_ms > USED_EVERY_MS) {
    await db.updateTable("api_token").set({ used_ms: nowMs }).where("id", "=", id).execute();
  }
  return { account: row.account, scope: new Set(permissionsOf(row.permissions_json)) };
}

/** What an older version granted and this one does not know any more is dropped. */
function permissionsOf(json: string): Permission[] {
  const stored: unknown = JSON.parse(json);
  return Array.isArray(stored) ? PERMISSION_NAMES.filter((name) => stored.includes(name)) : [];
}
