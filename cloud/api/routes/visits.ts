import { systemRandom } from "@sealwatch/platform";
import { z } from "zod";
import { type Actor, reach, requireAt } from "../../access/actor.ts";
import type { Permission } from "../../access/policy.ts";
import { withinRegions } from "../../access/region-filter.ts";
import { newId } from "../../access/secret-text.ts";
import { actOnCase, findCase } from "../../cases/case-book.ts";
import { cloudError } from "../../errors.ts";
import { regionIdSchema } from "../../registry/region-id.ts";
import type { Database } from "../../store/database.ts";
import { drawSites, POPULATION_MAX, VERIFY_DRAW } from "../../visits/draw.ts";
import { setTemplate, templatesAt } from "../../visits/template-book.ts";
import { assignVisit, cancelVisit, enterRecord, readVisit, readVisits } from "../../visits/visit-book.ts";
import { answerProblems, VISIT_KINDS, VISIT_STATES } from "../../visits/visit-record.ts";
import { templateBodySchema, templateSchema } from "../../visits/visit-template.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { announceCase } from "../case-announcer.ts";
import { pageOf, pageQuery, toPage } from "../page.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  drawSchema,
  newVisitSchema,
  type VisitView,
  visitRecordSchema,
  visitSchema,
} from "../visit-contract.ts";
import { regionFor } from "./case-deadlines.ts";
import { placeOf, sends, tellVisit } from "./cases.ts";

const params = z.object({ visit: z.string().max(40) });
/** A phone's clock may run ahead by this much. */
const CLOCK_AHEAD_MS = 10 * 60_000;
const DRAWN_MAX = 500;

/** Visits, the checklists they answer, and draws of sites for supervision. */
export function visitRoutes(deps: Pick<ApiDependencies, "stream" | "notifier">): Route[] {
  return [
    listVisits,
    readRoute,
    assignRoute(deps),
    recordRoute(deps),
    cancelRoute,
    ...[listTemplates, writeTemplate],
    ...[makeDraw, readDraw],
  ];
}

/** A visit for somebody who may do this with it. Throws NOT_VISIBLE or FORBIDDEN. */
export async function visitFor(
  db: Database,
  actor: Actor,
  id: string,
  permission: Permission,
): Promise<VisitView> {
  const visit = await readVisit(db, id);
  requireAt(actor, permission, visit.regionPath, "case.read");
  return visit;
}

/** Refuses those who were not sent and send nobody. Throws FORBIDDEN. */
export function requireSent(actor: Actor, visit: VisitView): void {
  const isSent = visit.persons.some(({ id }) => id === actor.id);
  if (!isSent && !sends(actor, visit.regionPath))
    throw cloudError("FORBIDDEN", { permission: "visit.record" });
}

const listVisits = defineRoute({
  method: "GET",
  path: "/visits",
  guard: "case.read",
  summary: "The visits of one's part of the tree, newest first.",
  query: z.object({
    ...pageQuery,
    person: z.string().max(40).optional().describe("an account, or `me`"),
    state: z.enum(VISIT_STATES).optional(),
    kind: z.enum(VISIT_KINDS).optional(),
    site: z.string().max(64).optional(),
    overdue: z.enum(["true"]).optional(),
  }),
  answer: pageOf(visitSchema),
  handle: async ({ db, actor, query, nowMs }) => {
    let rows = db
      .selectFrom("visit")
      .select(["id", "ord"])
      .where(withinRegions("visit.region_path", reach(actor, "case.read")))
      .where("ord", "<", placeOf(query.after))
      .orderBy("ord", "desc")
      .limit(query.limit + 1);
    const person = query.person === "me" ? actor.id : query.person;
    if (person !== undefined) {
      rows = rows.where("id", "in", (own) =>
        own.selectFrom("visit_person").select("visit").where("account", "=", person),
      );
    }
    if (query.state !== undefined) rows = rows.where("state", "=", query.state);
    if (query.kind !== undefined) rows = rows.where("kind", "=", query.kind);
    if (query.site !== undefined) rows = rows.where("site", "=", query.site);
    if (query.overdue) rows = rows.where("state", "=", "assigned").where("due_ms", "<", nowMs);
    const found = await rows.execute();
    const page = toPage(
      found,
      query.limit,
      ({ ord }) => String(ord),
      ({ id }) => id,
    );
    return { items: await readVisits(db, page.items), next: page.next };
  },
});

const readRoute = defineRoute({
  method: "GET",
  path: "/visits/{visit}",
  guard: "case.read",
  summary: "One visit: its checklist, who was sent, what was found, photos.",
  params,
  answer: visitSchema,
  handle: ({ db, actor, params: { visit } }) => visitFor(db, actor, visit, "case.read"),
});

function assignRoute({ notifier }: Pick<ApiDependencies, "notifier">): Route {
  return defineRoute({
    method: "POST",
    path: "/visits",
    guard: "case.assign",
    summary:
      "Send people to a site without an alert: 突击夜查, 回头检查, 督导抽查. For a case: POST /cases/{case}/assign.",
    status: 201,
    creates: true,
    body: newVisitSchema,
    answer: visitSchema,
    handle: async (call) => {
      const { db, actor, body } = call;
      const row = await db
        .selectFrom("site")
        .select("region_path")
        .where("id", "=", body.site)
        .executeTakeFirst();
      if (!row) throw cloudError("NOT_VISIBLE");
      requireAt(actor, "case.assign", row.region_path);
      if (body.draw !== null) await requireDrawn(db, body.draw, body.site);
      const visit = await assignVisit(db, { ...body, case: null, regionPath: row.region_path }, call);
      await tellVisit(call, notifier, visit, "none");
      const detail = {
        site: body.site,
        kind: body.kind,
        persons: body.persons,
        dueMs: body.dueMs,
        draw: body.draw,
      };
      await call.audit({
        action: "visit.assign",
        subject: `visit:${visit.id}`,
        regionPath: visit.regionPath,
        detail,
      });
      return visit;
    },
  });
}

/** A visit says that it was drawn only where it was. */
async function requireDrawn(db: Database, id: string, site: string): Promise<void> {
  const row = await db.selectFrom("visit_draw").select("drawn_json").where("id", "=", id).executeTakeFirst();
  const drawn: unknown = row ? JSON.parse(row.drawn_json) : [];
  if (!Array.isArray(drawn) || !drawn.includes(site)) {
    throw cloudError("REQUEST_INVALID", { problems: `draw: ${id} did not draw ${site}` });
  }
}

function recordRoute({ stream }: Pick<ApiDependencies, "stream">): Route {
  return defineRoute({
    method: "POST",
    path: "/visits/{visit}/record",
    guard: "visit.record",
    summary: "What was found. A second record corrects the first, which stays.",
    edits: true,
    params,
    body: visitRecordSchema,
    answer: visitSchema,
    handle: async (call) => {
      const { db, actor, body, nowMs, version } = call;
      const visit = await visitFor(db, actor, call.params.visit, "visit.record");
      requireSent(actor, visit);
      if (visit.state === "cancelled")
        throw cloudError("VISIT_STATE", { visit: visit.id, why: "it was cancelled" });
      const problems = [
        ...(body.endedMs < body.startedMs ? ["endedMs: it ended before it began"] : []),
        ...(body.endedMs > nowMs + CLOCK_AHEAD_MS ? ["endedMs: that is still to come"] : []),
        ...answerProblems(visit.template, body.answers, body.found),
      ];
      if (problems.length > 0) throw cloudError("REQUEST_INVALID", { problems: problems.join("; ") });
      const record = { ...body, atMs: nowMs, by: actor.id, name: actor.name };
      await enterRecord(db, { id: visit.id, version }, record);
      const { answers, found } = body;
      await call.audit({
        action: "visit.record",
        subject: `visit:${visit.id}`,
        regionPath: visit.regionPath,
        detail: { site: visit.site, found, answers },
      });
      const facts = visit.case === null ? null : await findCase(db, visit.case);
      if (facts && visit.records.length === 0) {
        const by = { ...call, version: facts.version };
        const changed = await actOnCase(db, facts, { act: "visited", visit: visit.id }, by);
        call.afterCommit(() => announceCase(stream, changed));
      }
      return readVisit(db, visit.id);
    },
  });
}

const cancelRoute = defineRoute({
  method: "POST",
  path: "/visits/{visit}/cancel",
  guard: "case.assign",
  summary: "Take a visit back that nobody made.",
  edits: true,
  params,
  body: z.strictObject({ reason: z.string().trim().min(1, "write why").max(500) }),
  answer: visitSchema,
  handle: async ({ db, actor, params: { visit: id }, body, version, audit }) => {
    const visit = await visitFor(db, actor, id, "case.assign");
    if (visit.state !== "assigned")
      throw cloudError("VISIT_STATE", { visit: id, why: `it is ${visit.state}` });
    await cancelVisit(db, { id, version });
    const { regionPath } = visit;
    await audit({ action: "visit.cancel", subject: `visit:${id}`, regionPath, detail: body });
    return readVisit(db, id);
  },
});

const listTemplates = defineRoute({
  method: "GET",
  path: "/regions/{region}/visit-templates",
  guard: "case.read",
  summary: "The checklists that count in a region.",
  params: z.object({ region: regionIdSchema }),
  answer: z.object({ items: z.array(templateSchema) }),
  handle: async ({ db, actor, params: { region } }) => ({
    items: await templatesAt(db, (await regionFor(db, actor, region, "case.read")).path),
  }),
});

const writeTemplate = defineRoute({
  method: "PUT",
  path: "/regions/{region}/visit-templates/{template}",
  guard: "template.edit",
  summary:
    "Make a checklist a region's own; If-Match names the version that counts there now, v0 for a new one.",
  edits: true,
  params: z.object({ region: regionIdSchema, template: templateSchema.shape.id }),
  body: templateBodySchema,
  answer: templateSchema,
  handle: async ({ db, actor, params: { region: id, template }, body, version, nowMs, audit }) => {
    const region = await regionFor(db, actor, id, "template.edit");
    const written = await setTemplate(db, region, { id: template, body }, version, { by: actor.id, nowMs });
    await audit({
      action: "template.set",
      subject: `region:${id}`,
      regionPath: region.path,
      detail: { template, version: written.version },
    });
    return written;
  },
});

const makeDraw = defineRoute({
  method: "POST",
  path: "/visit-draws",
  guard: "visit.draw",
  summary: "Draw sites of a region by lot for 督导抽查; the seed is recorded, and anybody can draw again.",
  status: 201,
  creates: true,
  body: z.strictObject({ region: regionIdSchema, count: z.int().min(1).max(DRAWN_MAX) }),
  answer: drawSchema,
  handle: async ({ db, actor, body, nowMs, audit }) => {
    const region = await regionFor(db, actor, body.region, "visit.draw");
    const sites = await db
      .selectFrom("site")
      .select("id")
      .where(withinRegions("region_path", [region.path]))
      .orderBy("id")
      .limit(POPULATION_MAX)
      .execute();
    const population = sites.map(({ id }) => id);
    if (population.length === 0)
      throw cloudError("REQUEST_INVALID", { problems: "region: no site lies there" });
    const seed = Buffer.from(systemRandom.bytes(16)).toString("hex");
    const drawn = drawSites(population, body.count, seed);
    const id = newId("draw");
    await db
      .insertInto("visit_draw")
      .values({
        ...{ id, region: region.id, region_path: region.path, seed, count: body.count, at_ms: nowMs },
        ...{ population_json: JSON.stringify(population), drawn_json: JSON.stringify(drawn) },
        ...{ by: actor.id, by_name: actor.name },
      })
      .execute();
    const detail = { seed, count: body.count, population: population.length, drawn };
    await audit({ action: "visit.draw", subject: `draw:${id}`, regionPath: region.path, detail });
    return loadDraw(db, id);
  },
});

const readDraw = defineRoute({
  method: "GET",
  path: "/visit-draws/{draw}",
  guard: "case.read",
  summary: "A draw: seed, population, what was drawn, and how to draw it again.",
  params: z.object({ draw: z.string().max(40) }),
  answer: drawSchema,
  handle: async ({ db, actor, params: { draw } }) => {
    const row = await db
      .selectFrom("visit_draw")
      .select("region_path")
      .where("id", "=", draw)
      .executeTakeFirst();
    if (!row) throw cloudError("NOT_VISIBLE");
    requireAt(actor, "case.read", row.region_path, "case.read");
    return loadDraw(db, draw);
  },
});

async function loadDraw(db: Database, id: string): Promise<z.output<typeof drawSchema>> {
  const row = await db.selectFrom("visit_draw").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const { region, seed, count, at_ms: atMs, by, by_name: name } = row;
  const [population, drawn] = [row.population_json, row.drawn_json].map((json) => JSON.parse(json));
  return { id, region, seed, count, population, drawn, atMs, by, name, verify: VERIFY_DRAW };
}
