import type { Database } from "../store/database.ts";
import { noteAttempt } from "./delivery-book.ts";

/** Gives up what waits since before a time, as after a restored backup: it is no news to anybody. */
export async function expireDeliveries(tx: Database, beforeMs: number, nowMs: number): Promise<void> {
  await tx
    .updateTable("delivery_message")
    .set({ state: "failed", done_ms: nowMs })
    .where("state", "in", ["waiting", "sending"])
    .where("created_ms", "<", beforeMs)
    .execute();
  await tx
    .updateTable("delivery")
    .set({ state: "expired", done_ms: nowMs })
    .where("state", "in", ["waiting", "assigned"])
    .where("created_ms", "<", beforeMs)
    .execute();
}

/** What a killed process left under way waits again: nobody knows whether it arrived, and the key tells a repeat. */
export async function recoverMessages(tx: Database, nowMs: number): Promise<number> {
  const left = await tx
    .selectFrom("delivery_message")
    .select(["id", "channel"])
    .where("state", "=", "sending")
    .execute();
  for (const { id, channel } of left) {
    await noteAttempt(tx, {
      ...{ message: id, channel, at_ms: nowMs, outcome: "interrupted" },
      ...{ code: null, why: "the cloud was stopped meanwhile" },
    });
    await tx
      .updateTable("delivery_message")
      .set({ state: "waiting", due_ms: nowMs })
      .where("id", "=", id)
      .execute();
  }
  return left.length;
}
