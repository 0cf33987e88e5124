import { z } from "zod";
import { type Actor, requireAt } from "../../access/actor.ts";
import type { Permission } from "../../access/policy.ts";
import { deadlinesSchema } from "../../cases/case-deadlines.ts";
import { findDeadlines, refreshDue, setDeadlines } from "../../cases/deadline-book.ts";
import { cloudError } from "../../errors.ts";
import { regionIdSchema } from "../../registry/region-id.ts";
import { findRegion, type Region } from "../../registry/region-tree.ts";
import type { Database } from "../../store/database.ts";
import { regionDeadlinesSchema } from "../case-contract.ts";
import { defineRoute, type Route } from "../route.ts";

const params = z.object({ region: regionIdSchema });

/** How soon cases are to be dealt with, by region. */
export function caseDeadlineRoutes(): Route[] {
  return [readDeadlines, writeDeadlines];
}

/** A region for somebody who may do this there. Throws NOT_VISIBLE or FORBIDDEN. */
export async function regionFor(
  db: Database,
  actor: Actor,
  id: string,
  permission: Permission,
): Promise<Region> {
  const region = await findRegion(db, id);
  if (!region) throw cloudError("NOT_VISIBLE");
  requireAt(actor, permission, region.path, "region.read");
  return region;
}

const readDeadlines = defineRoute({
  method: "GET",
  path: "/regions/{region}/case-deadlines",
  guard: "case.read",
  summary: "The deadlines that count in a region, and which region set them.",
  params,
  answer: regionDeadlinesSchema,
  handle: async ({ db, actor, params: { region } }) =>
    findDeadlines(db, (await regionFor(db, actor, region, "case.read")).path),
});

const writeDeadlines = defineRoute({
  method: "PUT",
  path: "/regions/{region}/case-deadlines",
  guard: "template.edit",
  summary: 'Set a region\'s own deadlines; If-Match "v0" for the first.',
  edits: true,
  params,
  body: deadlinesSchema,
  answer: regionDeadlinesSchema,
  handle: async ({ db, actor, params: { region: id }, body, version, audit }) => {
    const region = await regionFor(db, actor, id, "template.edit");
    await setDeadlines(db, region, body, version);
    await refreshDue(db, region.path);
    const detail = { deadlines: body };
    await audit({ action: "deadlines.set", subject: `region:${id}`, regionPath: region.path, detail });
    return findDeadlines(db, region.path);
  },
});
