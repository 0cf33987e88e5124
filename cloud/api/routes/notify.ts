import { z } from "zod";
import { reach } from "../../access/actor.ts";
import type { Permission } from "../../access/policy.ts";
import { withinRegions } from "../../access/region-filter.ts";
import { newId } from "../../access/secret-text.ts";
import { cloudError } from "../../errors.ts";
import { accountContacts } from "../../notify/account-contacts.ts";
import { capAlert } from "../../notify/channels/cap.ts";
import { viewChannel, viewNotification } from "../../notify/delivery-view.ts";
import { enqueueNotification } from "../../notify/enqueue-notification.ts";
import { notificationSchema } from "../../notify/notification.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { pageOf, pageQuery, toPage } from "../page.ts";
import { type Call, defineRoute, FileAnswer, type Route } from "../route.ts";

const attemptSchema = z.object({
  atMs: z.number(),
  outcome: z.enum(["started", "delivered", "retry", "refused", "interrupted"]),
  /** What the channel answered. */
  code: z.string().nullable(),
  why: z.string().nullable(),
});
const recordSchema = z.object({
  notification: notificationSchema,
  state: z.enum(["new", "routed", "expired"]),
  deliveries: z.array(
    z.object({
      channel: z.string(),
      person: z.string().nullable(),
      state: z.enum(["waiting", "assigned", "delivered", "failed-over", "expired"]),
      dueMs: z.number(),
      doneMs: z.number().nullable(),
      message: z.string().nullable(),
      attempts: z.array(attemptSchema),
    }),
  ),
});
const channelSchema = z.object({
  id: z.string(),
  kind: z.string(),
  successMs: z.number().nullable(),
  errorMs: z.number().nullable(),
  error: z.string().nullable(),
  blockedUntilMs: z.number(),
  waiting: z.number(),
});
const caseParams = z.object({ case: z.string().min(1).max(96) });

/** What was told to whom, by which channel, and how it went. */
export function notifyRoutes(deps: ApiDependencies): Route[] {
  return [listOutbox, listCaseDeliveries, readCaseCap(deps), listChannels(deps), testChannel(deps)];
}

const listOutbox = defineRoute({
  method: "GET",
  path: "/notify/outbox",
  guard: "notify.read",
  summary: "Notifications of one's part of the tree, newest first, with their deliveries.",
  query: z.object({ ...pageQuery, state: z.enum(["new", "routed", "expired"]).optional() }),
  answer: pageOf(recordSchema),
  handle: (call) => page(call, "notify.read", null),
});

const listCaseDeliveries = defineRoute({
  method: "GET",
  path: "/cases/{case}/deliveries",
  guard: "case.read",
  summary: "Who was told of a case, newest first: every delivery and every try.",
  params: caseParams,
  query: z.object({ ...pageQuery }),
  answer: pageOf(recordSchema),
  handle: (call) => page(call, "case.read", call.params.case),
});

async function page(
  {
    db,
    actor,
    query,
  }: Pick<Call, "db" | "actor"> & {
    query: { after?: string | undefined; limit: number; state?: string | undefined };
  },
  permission: Permission,
  caseId: string | null,
) {
  const after = Number(query.after ?? Number.MAX_SAFE_INTEGER);
  if (!Number.isSafeInteger(after))
    throw cloudError("REQUEST_INVALID", { problems: "after: no such cursor" });
  let rows = db
    .selectFrom("notification")
    .select(["ord", "id", "state", "notification_json"])
    .where(withinRegions("region_path", reach(actor, permission)))
    .where("ord", "<", after);
  if (caseId !== null) rows = rows.where("case_id", "=", caseId);
  if (query.state !== undefined) rows = rows.where("state", "=", query.state as "new");
  const found = await rows
    .orderBy("ord", "desc")
    .limit(query.limit + 1)
    .execute();
  const records = [];
  for (const row of found) records.push(await viewNotification(db, row));
  return toPage(records, query.limit, ({ ord }) => String(ord), viewRecord);
}

function viewRecord(record: Awaited<ReturnType<typeof viewNotification>>): z.input<typeof recordSchema> {
  const deliveries = record.deliveries.map((one) => ({ ...one, attempts: [...one.attempts] }));
  return { notification: record.notification, state: record.state, deliveries };
}

/** CAP messages that one case makes, at most. */
const CAP_MESSAGES_MAX = 50;

const readCaseCap = ({ notifier }: ApiDependencies) =>
  defineRoute({
    method: "GET",
    path: "/cases/{case}/cap",
    guard: "case.read",
    summary: "The newest of a case as a CAP 1.2 message, with references to the earlier ones.",
    answerType: "application/cap+xml",
    params: caseParams,
    handle: async ({ db, actor, params }) => {
      const sender = notifier.config.channels.find((channel) => channel.kind === "cap");
      if (!sender) throw cloudError("CHANNEL_UNKNOWN", { channel: "cap" });
      const rows = await db
        .selectFrom("notification")
        .select("notification_json")
        .where(withinRegions("region_path", reach(actor, "case.read")))
        .where("case_id", "=", params.case)
        .orderBy("ord", "desc")
        .limit(CAP_MESSAGES_MAX)
        .execute();
      const [newest, ...earlier] = rows
        .map((row) => notificationSchema.parse(JSON.parse(row.notification_json)))
        .filter(({ kind }) => kind.startsWith("case-"));
      if (!newest) throw cloudError("NOT_VISIBLE");
      const xml = capAlert(newest, earlier.reverse(), sender);
      return new FileAnswer("application/cap+xml", xml, `${params.case}.xml`);
    },
  });

const listChannels = ({ notifier }: ApiDependencies) =>
  defineRoute({
    method: "GET",
    path: "/notify/channels",
    guard: "notify.read",
    summary: "The channels of cloud.yaml: last success, last error, how much waits.",
    answer: z.object({ items: z.array(channelSchema) }),
    handle: async ({ db }) => {
      const items = [];
      for (const { id, kind } of notifier.channels.values())
        items.push({ id, kind, ...(await viewChannel(db, id)) });
      return { items };
    },
  });

const testChannel = ({ notifier }: ApiDependencies) =>
  defineRoute({
    method: "POST",
    path: "/notify/channels/{channel}/test",
    guard: "notify.edit",
    summary: "Send a test message by one channel; a personal channel sends it to oneself.",
    status: 202,
    creates: true,
    params: z.object({ channel: z.string().max(32) }),
    answer: z.object({ id: z.string() }),
    handle: async ({ db, actor, params: { channel: id }, nowMs, audit, afterCommit }) => {
      const channel = notifier.channels.get(id);
      if (!channel) throw cloudError("CHANNEL_UNKNOWN", { channel: id });
      const oneself = (await accountContacts(db, [actor.id])).get(actor.id);
      if (channel.reaches !== null && !oneself?.[channel.reaches])
        throw cloudError("REQUEST_INVALID", {
          problems: `your account has no ${channel.reaches}: enter it first`,
        });
      const [regionPath = ""] = reach(actor, "notify.edit");
      const notification = {
        ...{ id: `test/${newId("n")}`, kind: "test" as const, level: "none" as const, regionPath },
        ...{ case: null, site: null, siteName: null, to: { channel: id, users: [actor.id] } },
        ...{ eventMs: nowMs, raisedMs: nowMs, late: false, utcOffsetMin: 480 },
        sentence: {
          zh: `通道测试，由 ${actor.name} 发送，无需处理。`,
          en: `channel test, sent by ${actor.name}; nothing to do`,
        },
      };
      await enqueueNotification(db, notification, nowMs);
      await audit({ action: "channel.test", subject: `channel:${id}`, regionPath, detail: {} });
      afterCommit(() => notifier.wake());
      return { id: notification.id };
    },
  });
