import { createHash } from "node:crypto";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";

/** How long the answer to a creation is kept, and of how many of an actor's; beyond it the oldest is forgotten. */
const KEPT_MS = 24 * 3_600_000;
const KEPT_MAX = 500;

/** A creation that was answered before. */
export interface KeptAnswer {
  readonly status: number;
  readonly answer: unknown;
}

/** The text that tells two requests apart. */
export function requestHash(method: string, url: string, body: unknown): string {
  const text = Buffer.isBuffer(body) ? body : JSON.stringify(body ?? null);
  return createHash("sha256").update(`${method} ${url}\n`).update(text).digest("hex");
}

/** What the same request was answered. Throws KEY_REUSED when the key came with another request. */
export async function keptAnswer(
  tx: Database,
  actor: string,
  key: string,
  hash: string,
): Promise<KeptAnswer | null> {
  const row = await tx
    .selectFrom("idempotency")
    .selectAll()
    .where("actor", "=", actor)
    .where("key", "=", key)
    .executeTakeFirst();
  if (!row) return null;
  if (row.request_hash !== hash) throw cloudError("KEY_REUSED");
  return { status: row.status, answer: JSON.parse(row.answer_json) };
}

/** Keeps what a creation answered. */
export async function keepAnswer(
  tx: Database,
  place: { actor: string; key: string; hash: string },
  { status, answer }: KeptAnswer,
  nowMs: number,
): Promise<void> {
  await tx
    .deleteFrom("idempotency")
    .where("created_ms", "<", nowMs - KEPT_MS)
    .execute();
  const beyond = await tx
    .selectFrom("idempotency")
    .select("key")
    .where("actor", "=", place.actor)
    .orderBy("created_ms", "desc")
    .offset(KEPT_MAX - 1)
    .limit(KEPT_MAX)
    .execute();
  for (const { key } of beyond) {
    await tx.deleteFrom("idempotency").where("actor", "=", place.actor).where("key", "=", key).execute();
  }
  await tx
    .insertInto("idempotency")
    .values({
      actor: place.actor,
      key: place.key,
      request_hash: place.hash,
      status,
      answer_json: JSON.stringify(answer ?? null),
      created_ms: nowMs,
    })
    .execute();
}
