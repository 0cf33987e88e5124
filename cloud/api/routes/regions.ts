import { z } from "zod";
import { reach, requireAt } from "../../access/actor.ts";
import { withinRegions } from "../../access/region-filter.ts";
import { cloudError } from "../../errors.ts";
import { REGION_KINDS, regionIdSchema } from "../../registry/region-id.ts";
import { createRegion, findRegion, renameRegion, toRegion } from "../../registry/region-tree.ts";
import { pageOf, pageQuery, toPage } from "../page.ts";
import { defineRoute, type Route } from "../route.ts";

const nameSchema = z.strictObject({
  zh: z.string().trim().min(1).max(60),
  en: z.string().trim().min(1).max(60),
});
const regionSchema = z.object({
  id: z.string(),
  parent: z.string().nullable(),
  kind: z.enum(REGION_KINDS),
  name: z.object({ zh: z.string(), en: z.string() }),
  path: z.string(),
  version: z.number(),
});

/** The tree of regions. */
export function regionRoutes(): Route[] {
  return [listRegions, enterRegion, nameRegion];
}

const listRegions = defineRoute({
  method: "GET",
  path: "/regions",
  guard: "region.read",
  summary: "The regions of one's part of the tree, each before what lies in it.",
  query: z.object(pageQuery),
  answer: pageOf(regionSchema),
  handle: async ({ db, actor, query }) => {
    const rows = await db
      .selectFrom("region")
      .selectAll()
      .where(withinRegions("path", reach(actor, "region.read")))
      .where("path", ">", query.after ?? "")
      .orderBy("path")
      .limit(query.limit + 1)
      .execute();
    return toPage(rows, query.limit, ({ path }) => path, toRegion);
  },
});

const enterRegion = defineRoute({
  method: "POST",
  path: "/regions",
  guard: "region.edit",
  summary: "Enter a region below another.",
  status: 201,
  creates: true,
  body: z.strictObject({
    id: regionIdSchema,
    parent: regionIdSchema,
    kind: z.enum(REGION_KINDS),
    name: nameSchema,
  }),
  answer: regionSchema,
  handle: async ({ db, actor, body, audit }) => {
    const parent = await findRegion(db, body.parent);
    if (!parent) throw cloudError("REGION_UNKNOWN", { region: body.parent });
    requireAt(actor, "region.edit", parent.path, "region.read");
    const region = await createRegion(db, body);
    await audit({
      action: "region.enter",
      subject: `region:${region.id}`,
      regionPath: region.path,
      detail: body,
    });
    return region;
  },
});

const nameRegion = defineRoute({
  method: "PATCH",
  path: "/regions/{region}",
  guard: "region.edit",
  summary: "Give a region another name; its place in the tree stays.",
  edits: true,
  params: z.object({ region: regionIdSchema }),
  body: z.strictObject({ name: nameSchema }),
  answer: regionSchema,
  handle: async ({ db, actor, params, body, version, audit }) => {
    const region = await findRegion(db, params.region);
    if (!region) throw cloudError("NOT_VISIBLE");
    requireAt(actor, "region.edit", region.path, "region.read");
    await renameRegion(db, { id: region.id, version }, body.name);
    await audit({
      action: "region.rename",
      subject: `region:${region.id}`,
      regionPath: region.path,
      detail: body,
    });
    return { ...region, name: body.name, version: version + 1 };
  },
});
