import { z } from "zod";
import { isWithin, requireAt } from "../../access/actor.ts";
import { cloudError } from "../../errors.ts";
import { loadRota, loadRotas, putRota } from "../../notify/duty-book.ts";
import { type DutyRota, dutyRotaSchema, whoIsOnDuty } from "../../notify/duty-rota.ts";
import { LEVELS } from "../../notify/notification.ts";
import { regionIdSchema } from "../../registry/region-id.ts";
import { findRegion } from "../../registry/region-tree.ts";
import type { Database } from "../../store/database.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { type Call, defineRoute, type Route } from "../route.ts";

const params = z.object({ region: regionIdSchema });
const rotaAnswer = z.object({
  region: z.string(),
  rota: dutyRotaSchema,
  updatedMs: z.number().nullable(),
  /** 0: there is none yet; PUT it with If-Match "v0". */
  version: z.number(),
});
const EMPTY: DutyRota = { utcOffsetMin: 480, shifts: [], quiet: null };

/** Who is on duty where. */
export function dutyRoutes({ notifier }: Pick<ApiDependencies, "notifier">): Route[] {
  return [readDuty, putDuty(notifier), readDutyNow];
}

const readDuty = defineRoute({
  method: "GET",
  path: "/regions/{region}/duty",
  guard: "notify.read",
  summary: "The duty rota of a region; version 0 when it has none of its own.",
  params,
  answer: rotaAnswer,
  handle: async ({ db, actor, params: { region } }) => {
    const path = await pathOf({ db, actor }, region, "notify.read");
    const stored = await loadRota(db, path);
    return {
      ...{ region, rota: stored?.rota ?? EMPTY },
      ...{ updatedMs: stored?.updatedMs ?? null, version: stored?.version ?? 0 },
    };
  },
});

const putDuty = (notifier: ApiDependencies["notifier"]) =>
  defineRoute({
    method: "PUT",
    path: "/regions/{region}/duty",
    guard: "notify.edit",
    summary: "Replace the duty rota of a region.",
    edits: true,
    params,
    body: dutyRotaSchema,
    answer: rotaAnswer,
    handle: async ({
      db,
      actor,
      params: { region },
      body,
      version: ifVersion,
      nowMs,
      audit,
      afterCommit,
    }) => {
      const path = await pathOf({ db, actor }, region, "notify.edit");
      for (const channel of body.shifts.flatMap(({ chains }) => chains.flat()))
        if (!notifier.channels.has(channel)) throw cloudError("CHANNEL_UNKNOWN", { channel });
      await requireUsers(
        db,
        path,
        body.shifts.flatMap(({ users }) => users),
      );
      const version = await putRota(db, path, body, { ifVersion, by: actor.id, nowMs });
      await audit({
        action: "duty.edit",
        subject: `region:${region}`,
        regionPath: path,
        detail: { rota: body },
      });
      afterCommit(() => notifier.wake());
      return { region, rota: body, updatedMs: nowMs, version };
    },
  });

const readDutyNow = defineRoute({
  method: "GET",
  path: "/regions/{region}/duty/now",
  guard: "notify.read",
  summary: "Who is on duty for a region now, the nearest region above included.",
  params,
  query: z.object({ level: z.enum(LEVELS).default("red") }),
  answer: z.object({
    onDuty: z
      .object({
        regionPath: z.string(),
        users: z.array(z.string()),
        chains: z.array(z.array(z.string())),
      })
      .nullable(),
  }),
  handle: async ({ db, actor, params: { region }, query, nowMs }) => {
    const path = await pathOf({ db, actor }, region, "notify.read");
    const found = whoIsOnDuty(await loadRotas(db), path, query.level, nowMs);
    if (!found) return { onDuty: null };
    const { regionPath, users, chains } = found;
    return { onDuty: { regionPath, users: [...users], chains: chains.map((chain) => [...chain]) } };
  },
});

/** The path of a region in which the actor has the permission. Throws NOT_VISIBLE or FORBIDDEN. */
async function pathOf(
  { db, actor }: Pick<Call, "db" | "actor">,
  id: string,
  permission: "notify.read" | "notify.edit",
): Promise<string> {
  const region = await findRegion(db, id);
  if (!region) throw cloudError("NOT_VISIBLE");
  requireAt(actor, permission, region.path, "region.read");
  return region.path;
}

/** Those on duty belong to the region, to what lies in it, or to what is above it. Throws REQUEST_INVALID. */
async function requireUsers(db: Database, path: string, users: readonly string[]): Promise<void> {
  const wanted = [...new Set(users)];
  if (wanted.length === 0) return;
  const grants = await db
    .selectFrom("account_grant")
    .select(["account", "region_path"])
    .where("account", "in", wanted)
    .execute();
  const near = grants.filter(
    (grant) => isWithin(grant.region_path, path) || isWithin(path, grant.region_path),
  );
  const known = new Set(near.map(({ account }) => account));
  const missing = wanted.find((user) => !known.has(user));
  if (missing !== undefined)
    throw cloudError("REQUEST_INVALID", { problems: `shifts: nobody here has the user id ${missing}` });
}
