import { z } from "zod";
import { reach } from "../../access/actor.ts";
import { withinRegions } from "../../access/region-filter.ts";
import { pageOf, pageQuery, toPage } from "../page.ts";
import { defineRoute, type Route } from "../route.ts";

const entrySchema = z.object({
  id: z.number(),
  atMs: z.number(),
  actor: z.string(),
  name: z.string(),
  via: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
  hash: z.string(),
});

/** What was done, newest first. */
export function auditRoutes(): Route[] {
  const list = defineRoute({
    method: "GET",
    path: "/audit",
    guard: "audit.read",
    summary: "Who did what in one's part of the tree, newest first.",
    query: z.object({
      ...pageQuery,
      actor: z.string().max(40).optional(),
      subject: z.string().max(120).optional().describe("such as site:qingshi-dyes"),
    }),
    answer: pageOf(entrySchema),
    handle: async ({ db, actor, query }) => {
      let rows = db
        .selectFrom("audit")
        .select(["id", "entry_json", "hash"])
        .where((builder) =>
          builder.or([
            withinRegions("region_path", reach(actor, "audit.read")),
            builder("region_path", "=", ""),
          ]),
        )
        .orderBy("id", "desc")
        .limit(query.limit + 1);
      if (query.actor !== undefined) rows = rows.where("actor", "=", query.actor);
      if (query.subject !== undefined) rows = rows.where("subject", "=", query.subject);
      const before = Number(query.after);
      if (Number.isSafeInteger(before) && before > 0) rows = rows.where("id", "<", before);
      return toPage(await rows.execute(), query.limit, ({ id }) => String(id), viewEntry);
    },
  });
  return [list];
}

function viewEntry({ id, entry_json, hash }: { id: number; entry_json: string; hash: string }) {
  // Written by appendAudit alone.
  const { regionPath: _path, ...entry } = JSON.parse(entry_json);
  return { id, hash, ...entry } as z.input<typeof entrySchema>;
}
