import { createHash } from "node:crypto";
import type { Database } from "../store/database.ts";
import { type DeliveryRoute, deliveryId, type Hop } from "./delivery-route.ts";
import { type Notification, notificationSchema } from "./notification.ts";
import type { Reply } from "./reply.ts";
import type { Waiting } from "./send-planner.ts";

/** Rows looked at in one go; the rest waits in its order. */
const ROUTED_AT_ONCE_MAX = 100;
const WAITING_LOOKED_AT_MAX = 100;
/** Earlier notifications of a case that a message may refer to. */
const EARLIER_MAX = 20;

/** A notification that is to be routed. */
export interface Unrouted {
  readonly notification: Notification;
  readonly createdMs: number;
}

/** One delivery of a message, with where it may go when this fails. */
export interface Member {
  readonly notification: string;
  readonly person: string | null;
  readonly levelRank: number;
  readonly createdMs: number;
  readonly delivery: string;
  readonly route: DeliveryRoute;
}

/** Notifications whose time to be routed has come, red first. */
export async function loadUnrouted(db: Database, nowMs: number): Promise<Unrouted[]> {
  const rows = await db
    .selectFrom("notification")
    .select(["notification_json", "created_ms"])
    .where("state", "=", "new")
    .where("look_ms", "<=", nowMs)
    .orderBy("level_rank", "desc")
    .orderBy("ord")
    .limit(ROUTED_AT_ONCE_MAX)
    .execute();
  return rows.map((row) => ({
    notification: notificationSchema.parse(JSON.parse(row.notification_json)),
    createdMs: row.created_ms,
  }));
}

/** When the next notification is to be looked at; null: none waits. */
export async function nextLookMs(db: Database): Promise<number | null> {
  const { next } = await db
    .selectFrom("notification")
    .select((select) => select.fn.min<number | null>("look_ms").as("next"))
    .where("state", "=", "new")
    .executeTakeFirstOrThrow();
  return next;
}

export async function setNotification(
  tx: Database,
  id: string,
  change: { state: "new" | "routed" | "expired"; look_ms?: number },
): Promise<void> {
  await tx.updateTable("notification").set(change).where("id", "=", id).execute();
}

/** Where a notification was delivered, or still will be. */
export async function loadLive(
  db: Database,
  notification: string,
): Promise<Pick<Hop, "channel" | "person">[]> {
  return db
    .selectFrom("delivery")
    .select(["channel", "person"])
    .where("notification", "=", notification)
    .where("state", "in", ["waiting", "assigned", "delivered"])
    .execute();
}

/** True when somebody was chosen for a notification before. */
export async function wasTried(db: Database, notification: string): Promise<boolean> {
  const row = await db
    .selectFrom("delivery")
    .select("id")
    .where("notification", "=", notification)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Writes deliveries; one that waits or was delivered stays, one that failed before waits again. */
export async function addDeliveries(
  tx: Database,
  { id, levelRank }: { readonly id: string; readonly levelRank: number },
  hops: readonly Hop[],
  dueMs: number,
  nowMs: number,
): Promise<void> {
  for (const { channel, person, route } of hops) {
    const waits = {
      ...{ state: "waiting" as const, due_ms: dueMs, route_json: JSON.stringify(route) },
      ...{ message: null, done_ms: null },
    };
    await tx
      .insertInto("delivery")
      .values({
        ...{ id: deliveryId(id, { channel, person }), notification: id, channel, person },
        ...{ level_rank: levelRank, created_ms: nowMs, ...waits },
      })
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet(waits).where("delivery.state", "=", "failed-over"),
      )
      .execute();
  }
}

/** What waits for a channel: what is due, most urgent first; when nothing is, what will be next. */
export async function loadWaiting(db: Database, channel: string, nowMs: number): Promise<Waiting[]> {
  const columns = ["id", "person", "level_rank", "created_ms", "due_ms"] as const;
  const read = async (table: "delivery" | "delivery_message") => {
    const ofChannel = db
      .selectFrom(table)
      .select(columns)
      .where("state", "=", "waiting")
      .where("channel", "=", channel);
    const due = await ofChannel
      .where("due_ms", "<=", nowMs)
      .orderBy("level_rank", "desc")
      .orderBy("created_ms")
      .limit(WAITING_LOOKED_AT_MAX)
      .execute();
    const held = ofChannel.where("due_ms", ">", nowMs).orderBy("due_ms").limit(1);
    const next = due.length > 0 ? [] : await held.execute();
    return [...due, ...next].map((row) => ({
      ...{ id: row.id, again: table === "delivery_message", person: row.person },
      ...{ levelRank: row.level_rank, createdMs: row.created_ms, dueMs: row.due_ms },
    }));
  };
  return [...(await read("delivery_message")), ...(await read("delivery"))];
}

/** Writes that a message is about to leave, before it does; gives its id. */
export async function beginMessage(
  tx: Database,
  channel: string,
  members: readonly [Waiting, ...Waiting[]],
  nowMs: number,
): Promise<string> {
  const [first] = members;
  const id = first.again ? first.id : messageId(channel, members);
  const sending = { state: "sending" as const, done_ms: null };
  if (first.again) {
    await tx.updateTable("delivery_message").set(sending).where("id", "=", id).execute();
  } else {
    const fresh = { ...sending, attempts: 0, due_ms: nowMs, digest: members.length > 1 ? 1 : 0 };
    await tx
      .insertInto("delivery_message")
      .values({
        ...{ id, channel, person: first.person, created_ms: nowMs, ...fresh },
        level_rank: Math.max(...members.map(({ levelRank }) => levelRank)),
      })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(fresh))
      .execute();
    await tx
      .updateTable("delivery")
      .set({ state: "assigned", message: id })
      .where(
        "id",
        "in",
        members.map((member) => member.id),
      )
      .execute();
  }
  await noteAttempt(tx, { message: id, channel, at_ms: nowMs, outcome: "started", code: null, why: null });
  return id;
}

/** The same members make the same digest: whoever sees its key knows a repeat. */
function messageId(channel: string, members: readonly [Waiting, ...Waiting[]]): string {
  if (members.length === 1) return members[0].id;
  const ids = members.map(({ id }) => id).sort();
  return `digest/${channel}/${createHash("sha256").update(ids.join("\n")).digest("hex").slice(0, 24)}`;
}

/** Adds a line to the delivery record. */
export async function noteAttempt(
  tx: Database,
  row: {
    message: string;
    channel: string;
    at_ms: number;
    outcome: "started" | "delivered" | "retry" | "refused" | "interrupted";
    code: string | null;
    why: string | null;
  },
): Promise<void> {
  await tx.insertInto("delivery_attempt").values(row).execute();
}

/** A message as it is to be sent: its notifications in order, whom it is for, and what was told of the case before. */
export async function loadMessage(db: Database, id: string) {
  const { person } = await db
    .selectFrom("delivery_message")
    .select("person")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom("delivery")
    .innerJoin("notification", "notification.id", "delivery.notification")
    .select(["notification.notification_json", "notification.ord", "notification.case_id"])
    .where("delivery.message", "=", id)
    .orderBy("notification.ord")
    .execute();
  const notifications = rows.map((row) => notificationSchema.parse(JSON.parse(row.notification_json)));
  const [first, only = first] = rows;
  const alone = first !== undefined && only === first ? first : null;
  return { person, notifications, earlier: alone ? await loadEarlier(db, alone) : [] };
}

async function loadEarlier(db: Database, { case_id, ord }: { case_id: string | null; ord: number }) {
  if (case_id === null) return [];
  const rows = await db
    .selectFrom("notification")
    .select(["id", "notification_json"])
    .where("case_id", "=", case_id)
    .where("ord", "<", ord)
    .orderBy("ord", "desc")
    .limit(EARLIER_MAX)
    .execute();
  return rows
    .map((row) => notificationSchema.parse(JSON.parse(row.notification_json)))
    .filter(({ kind }) => kind.startsWith("case-"))
    .reverse();
}

/** The deliveries that a message carries. */
export async function loadMembers(db: Database, message: string): Promise<Member[]> {
  const rows = await db.selectFrom("delivery").selectAll().where("message", "=", message).execute();
  return rows.map(toMember);
}

/** One delivery that no message carries yet. */
async function loadMember(db: Database, delivery: string): Promise<Member> {
  return toMember(
    await db.selectFrom("delivery").selectAll().where("id", "=", delivery).executeTakeFirstOrThrow(),
  );
}

interface DeliveryRow {
  readonly id: string;
  readonly notification: string;
  readonly person: string | null;
  readonly level_rank: number;
  readonly created_ms: number;
  readonly route_json: string;
}

function toMember(row: DeliveryRow): Member {
  return {
    ...{ delivery: row.id, notification: row.notification, person: row.person },
    ...{ levelRank: row.level_rank, createdMs: row.created_ms },
    route: JSON.parse(row.route_json),
  };
}

/** Ends a message; its deliveries share its fate. */
export async function endMessage(
  tx: Database,
  id: string,
  fate: "delivered" | "failed",
  nowMs: number,
): Promise<void> {
  await tx
    .updateTable("delivery_message")
    .set((set) => ({ state: fate, attempts: set("attempts", "+", 1), done_ms: nowMs }))
    .where("id", "=", id)
    .execute();
  const state = fate === "delivered" ? ("delivered" as const) : ("failed-over" as const);
  await tx.updateTable("delivery").set({ state, done_ms: nowMs }).where("message", "=", id).execute();
}

/** A message waits for its next try. */
export async function postponeMessage(tx: Database, id: string, dueMs: number): Promise<void> {
  await tx
    .updateTable("delivery_message")
    .set((set) => ({ state: "waiting" as const, attempts: set("attempts", "+", 1), due_ms: dueMs }))
    .where("id", "=", id)
    .execute();
}

/** How often a message was answered by a failure. */
export async function attemptsOf(db: Database, id: string): Promise<{ attempts: number; levelRank: number }> {
  const row = await db
    .selectFrom("delivery_message")
    .select(["attempts", "level_rank"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return { attempts: row.attempts, levelRank: row.level_rank };
}

/** Takes a waiting delivery, or a waiting message with all it carries, off its channel; gives what must go another way. */
export async function takeOff(tx: Database, { id, again }: Waiting, nowMs: number): Promise<Member[]> {
  if (again) {
    const members = await loadMembers(tx, id);
    await tx
      .updateTable("delivery_message")
      .set({ state: "failed", done_ms: nowMs })
      .where("id", "=", id)
      .execute();
    await tx
      .updateTable("delivery")
      .set({ state: "failed-over", done_ms: nowMs })
      .where("message", "=", id)
      .execute();
    return members;
  }
  const member = await loadMember(tx, id);
  await tx
    .updateTable("delivery")
    .set({ state: "failed-over", done_ms: nowMs })
    .where("id", "=", id)
    .execute();
  return [member];
}

/** Notes on the channel how its newest try went. */
export async function noteChannel(
  tx: Database,
  channel: string,
  reply: Reply,
  nowMs: number,
  blockedUntilMs: number,
): Promise<void> {
  const news =
    reply.kind === "delivered"
      ? { success_ms: nowMs }
      : { error_ms: nowMs, error: `${reply.code} ${reply.why}`.trim(), blocked_until_ms: blockedUntilMs };
  await tx
    .insertInto("channel_state")
    .values({ channel, blocked_until_ms: 0, success_ms: null, error_ms: null, error: null, ...news })
    .onConflict((conflict) => conflict.column("channel").doUpdateSet(news))
    .execute();
}
