import { DAY_MS } from "../detect/local-time.ts";
import type { Database } from "../store/database.ts";

/**
 * How long it can be shown who was told what, by which channel, and what the channel answered. A case's own record says only when it was
 * told first, so its part stays while the case is open and this long after it was closed. Longer than any link works.
 */
export const TOLD_KEPT_MS = 400 * DAY_MS;
/** Rows of a kind that are forgotten in one look; the rest at the next. */
const FORGOTTEN_AT_ONCE_MAX = 100;

/** Forgets notifications that nobody has to prove any more, with their deliveries and tries; never one that may still leave. Returns how many. */
export async function forgetTold(db: Database, nowMs: number): Promise<number> {
  const beforeMs = nowMs - TOLD_KEPT_MS;
  const notifications = await settledNotifications(db, beforeMs);
  const messages = await emptyMessages(db, beforeMs);
  const links = await usedLinks(db, beforeMs);
  if (notifications.length + messages.length + links.length === 0) return 0;
  await db.transaction().execute(async (tx) => {
    // Not every SQL takes an empty list.
    if (notifications.length > 0) {
      await tx.deleteFrom("delivery").where("notification", "in", notifications).execute();
      await tx.deleteFrom("notification").where("id", "in", notifications).execute();
    }
    if (messages.length > 0) {
      await tx.deleteFrom("delivery_attempt").where("message", "in", messages).execute();
      await tx.deleteFrom("delivery_message").where("id", "in", messages).execute();
    }
    if (links.length > 0) await tx.deleteFrom("acknowledge_link").where("token_hash", "in", links).execute();
  });
  return notifications.length;
}

/** Nothing of them waits, and their case, where they have one, was closed as long ago. */
async function settledNotifications(db: Database, beforeMs: number): Promise<string[]> {
  const rows = await db
    .selectFrom("notification")
    .select("id")
    .where("created_ms", "<", beforeMs)
    .where("state", "!=", "new")
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("delivery")
            .select("delivery.id")
            .whereRef("delivery.notification", "=", "notification.id")
            .where("delivery.state", "in", ["waiting", "assigned"]),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("case")
            .select("case.id")
            .whereRef("case.id", "=", "notification.case_id")
            .where((is) => is.or([is("case.closed_ms", "is", null), is("case.closed_ms", ">=", beforeMs)])),
        ),
      ),
    )
    .orderBy("created_ms")
    .limit(FORGOTTEN_AT_ONCE_MAX)
    .execute();
  return rows.map(({ id }) => id);
}

/** Messages that ended and carry no delivery any more: theirs were forgotten, or went another way. */
async function emptyMessages(db: Database, beforeMs: number): Promise<string[]> {
  const rows = await db
    .selectFrom("delivery_message")
    .select("id")
    .where("created_ms", "<", beforeMs)
    .where("state", "in", ["delivered", "failed"])
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("delivery")
            .select("delivery.id")
            .whereRef("delivery.message", "=", "delivery_message.id"),
        ),
      ),
    )
    .orderBy("created_ms")
    .limit(FORGOTTEN_AT_ONCE_MAX)
    .execute();
  return rows.map(({ id }) => id);
}

/** Their claims expired long ago; who acknowledged is in the case's record. */
async function usedLinks(db: Database, beforeMs: number): Promise<string[]> {
  const rows = await db
    .selectFrom("acknowledge_link")
    .select("token_hash")
    .where("used_ms", "<", beforeMs)
    .orderBy("used_ms")
    .limit(FORGOTTEN_AT_ONCE_MAX)
    .execute();
  return rows.map(({ token_hash }) => token_hash);
}
