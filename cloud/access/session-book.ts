import type { Database } from "../store/database.ts";
import { newSecret, secretHash } from "./secret-text.ts";

/** A session ends after this long without a request, and in any case after the longer. */
const IDLE_MAX_MS = 12 * 3_600_000;
const LIFE_MAX_MS = 7 * 86_400_000;
/** Sessions an account may have open; the oldest ends. */
const SESSIONS_MAX = 10;
/** A session's last use is written at most this often. */
const SEEN_EVERY_MS = 60_000;

export interface OpenedSession {
  /** For the cookie; stored nowhere. */
  readonly secret: string;
  /** What a page must send with everything that changes something. */
  readonly csrf: string;
}

/** A session that is valid now. */
export interface ValidSession {
  readonly hash: string;
  readonly account: string;
  readonly csrf: string;
}

/** Opens a session for an account. */
export async function openSession(tx: Database, account: string, nowMs: number): Promise<OpenedSession> {
  const secret = newSecret();
  const csrf = newSecret();
  await tx.deleteFrom("session").where("expires_ms", "<=", nowMs).execute();
  const open = await tx
    .selectFrom("session")
    .select("hash")
    .where("account", "=", account)
    .orderBy("created_ms", "desc")
    .offset(SESSIONS_MAX - 1)
    .limit(SESSIONS_MAX)
    .execute();
  for (const { hash } of open) await tx.deleteFrom("session").where("hash", "=", hash).execute();
  await tx
    .insertInto("session")
    .values({
      hash: secretHash(secret),
      account,
      csrf,
      created_ms: nowMs,
      seen_ms: nowMs,
      expires_ms: nowMs + LIFE_MAX_MS,
    })
    .execute();
  return { secret, csrf };
}

/** The session of a cookie's secret, or null: unknown, ended or unused for too long. Notes that it was seen. */
export async function findSession(db: Database, secret: string, nowMs: number): Promise<ValidSession | null> {
  const hash = secretHash(secret);
  const row = await db.selectFrom("session").selectAll().where("hash", "=", hash).executeTakeFirst();
  if (!row || row.expires_ms <= nowMs || row.seen_ms + IDLE_MAX_MS <= nowMs) return null;
  if (nowMs - row.seen_ms > SEEN_EVERY_MS) {
    await db.updateTable("session").set({ seen_ms: nowMs }).where("hash", "=", hash).execute();
  }
  return { hash, account: row.account, csrf: row.csrf };
}

/** Ends one session. */
export async function endSession(tx: Database, hash: string): Promise<void> {
  await tx.deleteFrom("session").where("hash", "=", hash).execute();
}

/** Ends every session of an account, but one. */
export async function endSessions(tx: Database, account: string, keep = ""): Promise<void> {
  await tx.deleteFrom("session").where("account", "=", account).where("hash", "!=", keep).execute();
}
