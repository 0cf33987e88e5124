import type { Database } from "../store/database.ts";
import { type Notification, notificationSchema } from "./notification.ts";

/** Attempts of one message that are shown; the newest. */
const ATTEMPTS_SHOWN_MAX = 50;

/** A notification with what became of it. */
export interface NotificationRecord {
  readonly ord: number;
  readonly notification: Notification;
  readonly state: "new" | "routed" | "expired";
  readonly deliveries: readonly DeliveryRecord[];
}

interface DeliveryRecord {
  readonly channel: string;
  readonly person: string | null;
  readonly state: "waiting" | "assigned" | "delivered" | "failed-over" | "expired";
  readonly dueMs: number;
  readonly doneMs: number | null;
  /** The key of the message that carried it; several deliveries of one digest share it. */
  readonly message: string | null;
  readonly attempts: readonly AttemptRecord[];
}

interface AttemptRecord {
  readonly atMs: number;
  readonly outcome: "started" | "delivered" | "retry" | "refused" | "interrupted";
  readonly code: string | null;
  readonly why: string | null;
}

interface NotificationRow {
  readonly ord: number;
  readonly id: string;
  readonly state: NotificationRecord["state"];
  readonly notification_json: string;
}

/** The delivery record of one notification. */
export async function viewNotification(db: Database, row: NotificationRow): Promise<NotificationRecord> {
  const deliveries = await db
    .selectFrom("delivery")
    .selectAll()
    .where("notification", "=", row.id)
    .orderBy("created_ms")
    .orderBy("id")
    .execute();
  const records: DeliveryRecord[] = [];
  for (const { channel, person, state, due_ms, done_ms, message } of deliveries) {
    const attempts = message === null ? [] : await attemptsOf(db, message);
    records.push({ channel, person, state, dueMs: due_ms, doneMs: done_ms, message, attempts });
  }
  const notification = notificationSchema.parse(JSON.parse(row.notification_json));
  return { ord: row.ord, notification, state: row.state, deliveries: records };
}

async function attemptsOf(db: Database, message: string): Promise<AttemptRecord[]> {
  const rows = await db
    .selectFrom("delivery_attempt")
    .select(["at_ms", "outcome", "code", "why"])
    .where("message", "=", message)
    .orderBy("id", "desc")
    .limit(ATTEMPTS_SHOWN_MAX)
    .execute();
  return rows.reverse().map(({ at_ms, outcome, code, why }) => ({ atMs: at_ms, outcome, code, why }));
}

/** How a channel stands. */
export interface ChannelRecord {
  readonly successMs: number | null;
  readonly errorMs: number | null;
  readonly error: string | null;
  readonly blockedUntilMs: number;
  readonly waiting: number;
}

/** What is known of a channel, and how much waits for it. */
export async function viewChannel(db: Database, channel: string): Promise<ChannelRecord> {
  const state = await db
    .selectFrom("channel_state")
    .selectAll()
    .where("channel", "=", channel)
    .executeTakeFirst();
  const { waiting } = await db
    .selectFrom("delivery")
    .select((select) => select.fn.countAll<number>().as("waiting"))
    .where("channel", "=", channel)
    .where("state", "in", ["waiting", "assigned"])
    .executeTakeFirstOrThrow();
  return {
    ...{
      successMs: state?.success_ms ?? null,
      errorMs: state?.error_ms ?? null,
      error: state?.error ?? null,
    },
    ...{ blockedUntilMs: state?.blocked_until_ms ?? 0, waiting },
  };
}
