import { z } from "zod";
import { type Actor, reach } from "../../access/actor.ts";
import type { Permission } from "../../access/policy.ts";
import { withinRegions } from "../../access/region-filter.ts";
import { cloudError } from "../../errors.ts";
import { requirePhotos } from "../../photos/photo-book.ts";
import { applySeal, countyOf, findSeal, type Seal, saveSeal, toSeal } from "../../registry/seal-book.ts";
import type { Database } from "../../store/database.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { pageOf, pageQuery, toPage } from "../page.ts";
import { editSealSchema, newSealSchema, removeSealSchema, sealSchema } from "../register-contract.ts";
import { type Call, defineRoute, type Route } from "../route.ts";
import { requireSite, siteParams } from "./sites.ts";

const sealParams = z.object({ seal: z.string().max(40) });

/** Paper seals with their numbers: put on, looked up, taken off. */
export function sealRoutes(deps: ApiDependencies): Route[] {
  return [listSeals, putOn(deps), editSeal(deps), takeOff(deps)];
}

const listSeals = defineRoute({
  method: "GET",
  path: "/seals",
  guard: "site.read",
  summary: "Seals of one's part of the tree: of a site, or by number.",
  query: z.object({
    ...pageQuery,
    site: z.string().max(64).optional(),
    number: z.string().trim().min(1).max(40).optional(),
    removed: z
      .enum(["true", "false"])
      .transform((text) => text === "true")
      .optional(),
  }),
  answer: pageOf(sealSchema),
  handle: async ({ db, actor, query: { after = "", limit, site, number, removed } }) => {
    let query = db
      .selectFrom("seal")
      .innerJoin("site", "site.id", "seal.site")
      .selectAll("seal")
      .where(withinRegions("site.region_path", reach(actor, "site.read")))
      .where("seal.id", ">", after)
      .orderBy("seal.id")
      .limit(limit + 1);
    if (site !== undefined) query = query.where("seal.site", "=", site);
    if (number !== undefined) query = query.where("seal.number", "=", number);
    if (removed !== undefined) query = query.where("seal.removed_ms", removed ? "is not" : "is", null);
    return toPage(await query.execute(), limit, ({ id }) => id, toSeal);
  },
});

function putOn(deps: ApiDependencies): Route {
  return defineRoute({
    method: "POST",
    path: "/sites/{site}/seals",
    guard: "seal.edit",
    summary: "Enter a seal that was put on; its number is used once in the county.",
    status: 201,
    creates: true,
    params: siteParams,
    body: newSealSchema,
    answer: sealSchema,
    handle: async (call) => {
      const { db, actor, params, body } = call;
      const { regionPath } = await requireSite(db, actor, params.site, "seal.edit");
      return enterSeal(deps, call, { site: params.site, regionPath }, body);
    },
  });
}

function editSeal(deps: ApiDependencies): Route {
  return defineRoute({
    method: "PATCH",
    path: "/seals/{seal}",
    guard: "seal.edit",
    summary: "Change where a seal is, its photo, or the loop that watches it.",
    edits: true,
    params: sealParams,
    body: editSealSchema,
    answer: sealSchema,
    handle: async ({ db, actor, params, body, version, audit }) => {
      const { seal, regionPath } = await requireSeal(db, actor, params.seal, "seal.edit");
      const { position = seal.position, photo = seal.photo, loop = seal.loop } = body;
      requireLoop(deps, seal.site, loop);
      await requirePhotos(db, seal.site, body.photo ? [body.photo] : []);
      const after = await saveSeal(db, { ...seal, position, photo, loop, version });
      await audit({
        action: "seal.edit",
        subject: `site:${seal.site}`,
        regionPath,
        detail: { seal: seal.number, ...body },
      });
      return after;
    },
  });
}

function takeOff(deps: ApiDependencies): Route {
  return defineRoute({
    method: "POST",
    path: "/seals/{seal}/removal",
    guard: "seal.edit",
    summary: "Say that a seal was taken off and why, and which seal was put in its place.",
    edits: true,
    params: sealParams,
    body: removeSealSchema,
    answer: sealSchema,
    handle: async (call) => {
      const { db, actor, params, body, version, nowMs, audit } = call;
      const { seal, regionPath } = await requireSeal(db, actor, params.seal, "seal.edit");
      if (seal.removed) throw cloudError("SEAL_REMOVED", { number: seal.number });
      const { reason, replacement } = body;
      const next = replacement && (await enterSeal(deps, call, { site: seal.site, regionPath }, replacement));
      const removed = { atMs: nowMs, by: actor.name, reason };
      const after = await saveSeal(db, { ...seal, removed, replacedBy: next?.id ?? null, version });
      await audit({
        action: "seal.remove",
        subject: `site:${seal.site}`,
        regionPath,
        detail: { seal: seal.number, reason, replacement: next?.number ?? null },
      });
      return after;
    },
  });
}

async function enterSeal(
  deps: ApiDependencies,
  { db, actor, nowMs, audit }: Pick<Call, "db" | "actor" | "nowMs" | "audit">,
  { site, regionPath }: { site: string; regionPath: string },
  {
    number,
    position,
    photo,
    loop,
    appliedMs = nowMs,
    appliedBy = actor.name,
  }: z.output<typeof newSealSchema>,
): Promise<Seal> {
  if (appliedMs > nowMs)
    throw cloudError("REQUEST_INVALID", { problems: "appliedMs: this has not come yet" });
  requireLoop(deps, site, loop);
  await requirePhotos(db, site, photo === null ? [] : [photo]);
  const county = await countyOf(db, regionPath);
  const facts = { number, position, photo, loop, appliedMs, appliedBy };
  const seal = await applySeal(db, { site, county }, facts);
  await audit({
    action: "seal.apply",
    subject: `site:${site}`,
    regionPath,
    detail: { seal: number, position },
  });
  return seal;
}

/** A seal at a site that the actor may see. Throws NOT_VISIBLE or FORBIDDEN. */
async function requireSeal(
  db: Database,
  actor: Actor,
  id: string,
  permission: Permission,
): Promise<{ seal: Seal; regionPath: string }> {
  const seal = await findSeal(db, id);
  if (!seal) throw cloudError("NOT_VISIBLE");
  return { seal, ...(await requireSite(db, actor, seal.site, permission)) };
}

/** A loop belongs to a gateway of the same site. Throws REQUEST_INVALID. */
function requireLoop({ registry }: ApiDependencies, site: string, loop: Seal["loop"]): void {
  if (loop === null || registry.gateway(loop.gateway)?.site.id === site) return;
  throw cloudError("REQUEST_INVALID", {
    problems: `loop: gateway ${loop.gateway} does not stand at this site`,
  });
}
