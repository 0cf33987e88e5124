import type { Database } from "../store/database.ts";
import { levelRank, type Notification, notificationSchema } from "./notification.ts";

/**
 * Writes a notification into the outbox, in the caller's transaction; the same id twice is one. Wake the dispatcher after the commit.
 * Throws a ZodError for what is no notification: a bug of the caller's.
 */
export async function enqueueNotification(
  tx: Database,
  notification: Notification,
  nowMs: number,
): Promise<void> {
  const checked = notificationSchema.parse(notification);
  await tx
    .insertInto("notification")
    .values({
      id: checked.id,
      case_id: checked.case,
      region_path: checked.regionPath,
      level_rank: levelRank(checked.level),
      state: "new",
      look_ms: nowMs,
      created_ms: nowMs,
      notification_json: JSON.stringify(checked),
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}
