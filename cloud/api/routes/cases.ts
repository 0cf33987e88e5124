import { z } from "zod";
import { type Actor, may, reach, requireAt } from "../../access/actor.ts";
import type { Permission } from "../../access/policy.ts";
import { loadAlert } from "../../cases/alert-book.ts";
import { caseSite } from "../../cases/alert-cases.ts";
import { actOnCase, findCase, loadEntries } from "../../cases/case-book.ts";
import { CASE_STATES, CASE_VERDICTS, type CaseFacts } from "../../cases/case-facts.ts";
import { caseItem, listCases } from "../../cases/case-list.ts";
import type { CaseAct } from "../../cases/case-machine.ts";
import { cloudError } from "../../errors.ts";
import { enqueueNotification } from "../../notify/enqueue-notification.ts";
import { LEVELS } from "../../notify/notification.ts";
import { regionIdSchema } from "../../registry/region-id.ts";
import { findRegion } from "../../registry/region-tree.ts";
import type { Database } from "../../store/database.ts";
import { assignVisit, visitsOfCase } from "../../visits/visit-book.ts";
import { visitNotification } from "../../visits/visit-notification.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { announceCase } from "../case-announcer.ts";
import {
  caseDetailSchema,
  caseItemSchema,
  closeBodySchema,
  noteBodySchema,
  verdictBodySchema,
} from "../case-contract.ts";
import { pageOf, pageQuery, toPage } from "../page.ts";
import { type Call, defineRoute, type Route, type RouteGuard } from "../route.ts";
import { visitOrderSchema } from "../visit-contract.ts";

/** Earlier cases of a site that a case's page names. */
const FORMER_MAX = 10;
const TEXT_MAX_CHARS = 60;

const params = z.object({ case: z.string().max(40) });
/** Comma-separated names, so that a list can ask for several at once. */
const several = <Value extends string>(names: readonly [Value, ...Value[]]) =>
  z
    .string()
    .max(200)
    .transform((text) => text.split(","))
    .pipe(z.array(z.enum(names)).max(names.length))
    .optional();

const listQuery = z.object({
  ...pageQuery,
  state: several(CASE_STATES).describe("states, comma-separated"),
  level: several(LEVELS).describe("levels, comma-separated"),
  verdict: z.enum(CASE_VERDICTS).optional(),
  region: regionIdSchema.optional(),
  site: z.string().max(64).optional(),
  assignee: z.string().max(40).optional().describe("an account, or `me`"),
  overdue: z.enum(["true"]).optional().describe("only what is overdue"),
  q: z.string().max(TEXT_MAX_CHARS).optional().describe("words in site, address or sentence"),
});

/** Alerts as cases: who saw them, who was sent, what was found and decided. */
export function caseRoutes(deps: Pick<ApiDependencies, "stream" | "notifier">): Route[] {
  const act = actRoute(deps);
  return [
    listRoute,
    readRoute,
    assignRoute(deps),
    act(
      "acknowledge",
      "case.acknowledge",
      "Say that one has seen it and looks after it.",
      z.undefined(),
      () => ({
        act: "acknowledged",
      }),
    ),
    act(
      "decide",
      "case.decide",
      "The verdict: 属实 (after a visit), 误报, 设备故障 or 许可作业. It is given once.",
      verdictBodySchema,
      (body) => ({ act: "decided", ...body }),
    ),
    act(
      "correct",
      "case.decide",
      "Correct a verdict by a new entry; the former one stays on record.",
      verdictBodySchema,
      (body) => ({ act: "corrected", ...body }),
    ),
    act("close", "case.decide", "Close a case that has a verdict.", closeBodySchema, (body) => ({
      act: "closed",
      ...body,
    })),
    noteRoute(deps),
  ];
}

const listRoute = defineRoute({
  method: "GET",
  path: "/cases",
  guard: "case.read",
  summary: "The cases of one's part of the tree, newest first.",
  query: listQuery,
  answer: pageOf(caseItemSchema),
  handle: async ({ db, actor, query, nowMs }) => {
    const region = query.region === undefined ? undefined : await findRegion(db, query.region);
    if (region === null) throw cloudError("NOT_VISIBLE");
    const rows = await listCases(
      db,
      {
        regions: reach(actor, "case.read"),
        ...{ region: region?.path, states: query.state, levels: query.level, verdict: query.verdict },
        ...{ site: query.site, text: query.q, overdue: query.overdue === "true" },
        assignee: query.assignee === "me" ? actor.id : query.assignee,
      },
      { before: placeOf(query.after), limit: query.limit + 1, nowMs },
    );
    return toPage(
      rows,
      query.limit,
      ({ ord }) => String(ord),
      ({ item }) => item,
    );
  },
});

/** A cursor is the place in the order of cases; what is none begins at the newest. */
export function placeOf(cursor: string | undefined): number {
  const place = Number(cursor);
  return cursor !== undefined && Number.isSafeInteger(place) && place > 0 ? place : Number.MAX_SAFE_INTEGER;
}

const readRoute = defineRoute({
  method: "GET",
  path: "/cases/{case}",
  guard: "case.read",
  summary: "One case: its alert, its record, visits, photos, and the cases before it.",
  params,
  answer: caseDetailSchema,
  handle: async ({ db, actor, params: { case: id }, nowMs }) => {
    const facts = await caseFor(db, actor, id, "case.read");
    const item = await caseItem(db, id, nowMs);
    if (!item) throw cloudError("NOT_VISIBLE");
    const { acknowledged, assigned, visited, verdict, closed } = facts;
    const former = await listCases(
      db,
      { regions: reach(actor, "case.read"), site: facts.site },
      { before: await placeOfCase(db, id), limit: FORMER_MAX, nowMs },
    );
    return {
      ...{ ...item, acknowledged, assigned, visited, decided: verdict, closed },
      alertDetail: await loadAlert(db, facts.alert),
      entries: (await loadEntries(db, id)).map(
        (entry) => ({ ...entry, detail: { ...entry.detail } }) as never,
      ),
      visits: await visitsOfCase(db, id),
      former: former.map((one) => one.item),
    };
  },
});

async function placeOfCase(db: Database, id: string): Promise<number> {
  const row = await db.selectFrom("case").select("ord").where("id", "=", id).executeTakeFirst();
  return row?.ord ?? 0;
}

/** A case for somebody who may do this with it. Throws NOT_VISIBLE or FORBIDDEN. */
async function caseFor(db: Database, actor: Actor, id: string, permission: Permission): Promise<CaseFacts> {
  const facts = await findCase(db, id);
  if (!facts) throw cloudError("NOT_VISIBLE");
  requireAt(actor, permission, facts.regionPath, "case.read");
  return facts;
}

const changedSchema = z.object({ id: z.string(), state: z.enum(CASE_STATES), version: z.number() });

/** Makes the routes of acts: POST /cases/{case}/<name>, each an edit. */
function actRoute({ stream }: Pick<ApiDependencies, "stream">) {
  return <Body extends z.ZodType>(
    name: string,
    guard: Permission & RouteGuard,
    summary: string,
    body: Body,
    toAct: (body: z.output<Body>) => CaseAct,
  ): Route =>
    defineRoute({
      method: "POST",
      path: `/cases/{case}/${name}`,
      guard,
      summary,
      edits: true,
      params,
      ...(body instanceof z.ZodUndefined ? {} : { body }),
      answer: changedSchema,
      handle: async (call) => {
        const facts = await caseFor(call.db, call.actor, call.params.case, guard);
        const changed = await actOnCase(call.db, facts, toAct(call.body as z.output<Body>), call);
        call.afterCommit(() => announceCase(stream, changed));
        return changed;
      },
    });
}

function noteRoute({ stream }: Pick<ApiDependencies, "stream">): Route {
  return defineRoute({
    method: "POST",
    path: "/cases/{case}/notes",
    guard: "case.acknowledge",
    summary: "Write a note into a case's record.",
    status: 201,
    creates: true,
    params,
    body: noteBodySchema,
    answer: changedSchema,
    handle: async (call) => {
      const facts = await caseFor(call.db, call.actor, call.params.case, "case.acknowledge");
      const act: CaseAct = { act: "noted", text: call.body.text };
      const noted = await actOnCase(call.db, facts, act, { ...call, version: facts.version });
      call.afterCommit(() => announceCase(stream, noted));
      return noted;
    },
  });
}

function assignRoute({ stream, notifier }: Pick<ApiDependencies, "stream" | "notifier">): Route {
  return defineRoute({
    method: "POST",
    path: "/cases/{case}/assign",
    guard: "case.assign",
    summary: "Send people to look, with a checklist and a time; they are told.",
    edits: true,
    params,
    body: visitOrderSchema,
    answer: changedSchema.extend({ visit: z.string() }),
    handle: async (call) => {
      const { db, actor, body } = call;
      const facts = await caseFor(db, actor, call.params.case, "case.assign");
      const visit = await assignVisit(
        db,
        { ...body, case: facts.id, site: facts.site, regionPath: facts.regionPath, draw: null },
        call,
      );
      const act: CaseAct = { act: "visit-assigned", visit: visit.id, persons: body.persons };
      const changed = await actOnCase(db, facts, act, call);
      await tellVisit(call, notifier, visit, facts.level);
      call.afterCommit(() => announceCase(stream, changed));
      return { ...changed, visit: visit.id };
    },
  });
}

/** Tells those who are sent. */
export async function tellVisit(
  { db, nowMs, afterCommit }: Pick<Call, "db" | "nowMs" | "afterCommit">,
  notifier: ApiDependencies["notifier"],
  visit: Parameters<typeof visitNotification>[1],
  level: CaseFacts["level"],
): Promise<void> {
  const site = await caseSite(db, visit.site);
  if (!site) return;
  await enqueueNotification(db, visitNotification("assigned", visit, level, site, nowMs), nowMs);
  afterCommit(() => notifier.wake());
}

/** True for those who may do more with a visit than those who were sent. */
export function sends(actor: Actor, regionPath: string): boolean {
  return may(actor, "case.assign", regionPath);
}
