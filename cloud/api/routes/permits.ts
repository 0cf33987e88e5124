import { z } from "zod";
import { type Actor, may, reach } from "../../access/actor.ts";
import { withinRegions } from "../../access/region-filter.ts";
import { cloudError } from "../../errors.ts";
import {
  endPermit,
  findPermit,
  insertPermit,
  type Permit,
  type PermitSite,
  permitEndMs,
  sitesOfPermits,
  toPermit,
} from "../../registry/permit-book.ts";
import { countCovered, type PermitCover } from "../../registry/permit-cover.ts";
import type { Database } from "../../store/database.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { pageOf, pageQuery, toPage } from "../page.ts";
import { newPermitSchema, permitDetailSchema, permitSchema } from "../register-contract.ts";
import { defineRoute, type Route } from "../route.ts";
import { requireSite } from "./sites.ts";

const DAY_MS = 86_400_000;
/** A permit is no silence: the longest that one may last, and the furthest ahead that one may begin. */
const LENGTH_MAX_MS = 30 * DAY_MS;
const AHEAD_MAX_MS = 90 * DAY_MS;
/** What happened before an approval is for a verdict, not for a permit; clocks differ by so much. */
const BACK_MAX_MS = 5 * 60_000;

const permitParams = z.object({ permit: z.string().max(40) });

/** Approved work, instead of silences. */
export function permitRoutes(deps: ApiDependencies): Route[] {
  return [listPermits, readPermit(deps), approve, endEarly];
}

const listPermits = defineRoute({
  method: "GET",
  path: "/permits",
  guard: "permit.read",
  summary: "Permits of one's part of the tree by id: those to come, in force, or over.",
  query: z.object({
    ...pageQuery,
    site: z.string().max(64).optional(),
    state: z.enum(["upcoming", "current", "past"]).optional(),
  }),
  answer: pageOf(permitSchema),
  handle: async ({ db, actor, nowMs, query: { after = "", limit, site, state } }) => {
    let query = db
      .selectFrom("permit")
      .selectAll()
      .where(({ exists, selectFrom }) => {
        const covered = selectFrom("permit_site")
          .innerJoin("site", "site.id", "permit_site.site")
          .select("site.id")
          .whereRef("permit_site.permit", "=", "permit.id")
          .where(withinRegions("site.region_path", reach(actor, "permit.read")));
        return exists(site === undefined ? covered : covered.where("site.id", "=", site));
      })
      .where("id", ">", after)
      .orderBy("id")
      .limit(limit + 1);
    if (state === "upcoming") query = query.where("from_ms", ">", nowMs).where("ended_ms", "is", null);
    if (state === "current") {
      query = query.where("from_ms", "<=", nowMs).where("to_ms", ">", nowMs).where("ended_ms", "is", null);
    }
    if (state === "past") {
      query = query.where((is) => is.or([is("to_ms", "<=", nowMs), is("ended_ms", "is not", null)]));
    }
    const rows = await query.execute();
    const sites = await sitesOfPermits(
      db,
      rows.map(({ id }) => id),
    );
    return toPage(
      rows,
      limit,
      ({ id }) => id,
      (row) => viewPermit(toPermit(row), visible(actor, sites.get(row.id) ?? [])),
    );
  },
});

function readPermit({ registry, pipeline }: ApiDependencies): Route {
  return defineRoute({
    method: "GET",
    path: "/permits/{permit}",
    guard: "permit.read",
    summary: "One permit, and what it covered until now.",
    params: permitParams,
    answer: permitDetailSchema,
    handle: async ({ db, actor, params: { permit: id }, nowMs }) => {
      const { permit, sites } = await requirePermit(db, actor, id);
      const gateways = sites.flatMap(({ site }) =>
        registry.gatewaysOf(site).map((gateway) => ({
          id: gateway.id,
          channels: pipeline.journal(gateway.id)?.folds.view.channels ?? [],
        })),
      );
      const range = { fromMs: permit.fromMs, toMs: Math.min(nowMs, permitEndMs(permit)) };
      const covered: PermitCover = await countCovered(db, gateways, range, permit.sensors);
      return { ...viewPermit(permit, sites), covered, alerts: await countAlerts(db, sites, range) };
    },
  });
}

const approve = defineRoute({
  method: "POST",
  path: "/permits",
  guard: "permit.edit",
  summary: "Approve work at sites: what it covers is no sign while it lasts.",
  status: 201,
  creates: true,
  body: newPermitSchema,
  answer: permitSchema,
  handle: async ({ db, actor, body, nowMs, audit, contribute }) => {
    const wrong = whyNotFromTo(body, nowMs);
    if (wrong) throw cloudError("REQUEST_INVALID", { problems: wrong });
    const names = [...new Set(body.sites)].sort();
    const sites: PermitSite[] = [];
    for (const site of names) sites.push({ site, ...(await requireSite(db, actor, site, "permit.edit")) });
    const fromMs = Math.max(body.fromMs, nowMs);
    const { kind, approver, reason, sensors, toMs } = body;
    const facts = { kind, approver, reason, sensors, fromMs, toMs, createdBy: actor.name, createdMs: nowMs };
    const permit = await insertPermit(db, facts, names);
    for (const { site, regionPath } of sites) {
      await contribute(site, {
        ...{ kind: "permit", effectiveMs: fromMs, toMs, work: kind, by: approver, permit: permit.id },
        ...(sensors && { sensors }),
      });
      const detail = { permit: permit.id, kind, approver, reason, sensors, fromMs, toMs };
      await audit({ action: "permit.approve", subject: `site:${site}`, regionPath, detail });
    }
    return viewPermit(permit, sites);
  },
});

const endEarly = defineRoute({
  method: "POST",
  path: "/permits/{permit}/end",
  guard: "permit.edit",
  summary: "End a permit before its time; what it covered until now stays covered.",
  edits: true,
  params: permitParams,
  body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
  answer: permitSchema,
  handle: async ({ db, actor, params, body: { reason }, version, nowMs, audit, contribute }) => {
    const { permit, all } = await requirePermit(db, actor, params.permit);
    // Ended for every site or for none.
    for (const { site } of all) await requireSite(db, actor, site, "permit.edit");
    if (permitEndMs(permit) <= nowMs) throw cloudError("PERMIT_OVER", { permit: permit.id });
    // One that has not begun ends where it would begin, and so covers nothing.
    const atMs = Math.max(nowMs, permit.fromMs);
    const ended = { atMs, by: actor.name, reason };
    await endPermit(db, { id: permit.id, version }, ended);
    for (const { site, regionPath } of all) {
      await contribute(site, { kind: "permit-ended", effectiveMs: atMs, permit: permit.id, by: actor.name });
      const detail = { permit: permit.id, reason };
      await audit({ action: "permit.end", subject: `site:${site}`, regionPath, detail });
    }
    return viewPermit({ ...permit, ended, version: version + 1 }, all);
  },
});

/** Why a permit cannot last from here to there, or null. Pure. */
function whyNotFromTo({ fromMs, toMs }: { fromMs: number; toMs: number }, nowMs: number): string | null {
  if (fromMs < nowMs - BACK_MAX_MS) return "fromMs: what is past cannot be approved; say so in the verdict";
  if (fromMs > nowMs + AHEAD_MAX_MS) return "fromMs: at most 90 days ahead";
  if (toMs <= Math.max(fromMs, nowMs)) return "toMs: must be after fromMs and after now";
  return toMs - fromMs > LENGTH_MAX_MS ? "toMs: at most 30 days after fromMs" : null;
}

/** A permit of which some site may be seen. Throws NOT_VISIBLE. */
async function requirePermit(
  db: Database,
  actor: Actor,
  id: string,
): Promise<{ permit: Permit; sites: readonly PermitSite[]; all: readonly PermitSite[] }> {
  const permit = await findPermit(db, id);
  const all = (await sitesOfPermits(db, [id])).get(id) ?? [];
  const sites = visible(actor, all);
  if (!permit || sites.length === 0) throw cloudError("NOT_VISIBLE");
  return { permit, sites, all };
}

function visible(actor: Actor, sites: readonly PermitSite[]): PermitSite[] {
  return sites.filter(({ regionPath }) => may(actor, "permit.read", regionPath));
}

function viewPermit(
  { sensors, ...permit }: Permit,
  sites: readonly PermitSite[],
): z.input<typeof permitSchema> {
  return { ...permit, sensors: sensors && [...sensors], sites: sites.map(({ site }) => site) };
}

async function countAlerts(
  db: Database,
  sites: readonly PermitSite[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<number> {
  const { total } = await db
    .selectFrom("alert")
    .select(({ fn }) => fn.countAll<number>().as("total"))
    .where(
      "site",
      "in",
      sites.map(({ site }) => site),
    )
    .where("event_ms", ">=", fromMs)
    .where("event_ms", "<", toMs)
    .where("superseded_by", "is", null)
    .executeTakeFirstOrThrow();
  return Number(total);
}
