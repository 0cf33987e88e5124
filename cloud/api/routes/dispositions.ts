import { z } from "zod";
import { newId } from "../../access/secret-text.ts";
import { findCase } from "../../cases/case-book.ts";
import { cloudError } from "../../errors.ts";
import { dispositionSchema, newDispositionSchema } from "../register-contract.ts";
import { defineRoute, type Route } from "../route.ts";
import { requireSite, siteParams } from "./sites.ts";

/** Entries of one site that are listed; a site has a handful in its life. */
const LISTED_MAX = 200;

/** What followed from confirmed cases: entries that are corrected by entries. */
export function dispositionRoutes(): Route[] {
  return [listDispositions, recordDisposition];
}

const listDispositions = defineRoute({
  method: "GET",
  path: "/sites/{site}/dispositions",
  guard: "case.read",
  summary: "What followed from a site's confirmed cases, newest first, at most 200.",
  params: siteParams,
  answer: z.object({ items: z.array(dispositionSchema) }),
  handle: async ({ db, actor, params: { site } }) => {
    await requireSite(db, actor, site, "case.read");
    const rows = await db
      .selectFrom("disposition")
      .selectAll()
      .where("site", "=", site)
      .orderBy("recorded_ms", "desc")
      .limit(LISTED_MAX)
      .execute();
    const items = rows.map((row) => ({
      ...{ id: row.id, case: row.case_id, kind: dispositionSchema.shape.kind.parse(row.kind) },
      ...{ decidedDate: row.decided_date, authority: row.authority, document: row.document },
      ...{ partner: row.partner, detail: row.detail, corrects: row.corrects },
      ...{ recordedBy: row.recorded_name, recordedMs: row.recorded_ms },
    }));
    return { items };
  },
});

const recordDisposition = defineRoute({
  method: "POST",
  path: "/sites/{site}/dispositions",
  guard: "disposition.edit",
  summary: "Record what followed from a case that is confirmed (属实).",
  status: 201,
  creates: true,
  params: siteParams,
  body: newDispositionSchema,
  answer: dispositionSchema,
  handle: async ({ db, actor, params: { site }, body, nowMs, audit }) => {
    const { regionPath } = await requireSite(db, actor, site, "disposition.edit");
    const facts = await findCase(db, body.case);
    if (facts?.site !== site || facts.verdict?.kind !== "confirmed") {
      throw cloudError("CASE_NOT_CONFIRMED", { case: body.case });
    }
    if (body.corrects !== null) await requireEntry(db, site, body.corrects);
    const id = newId("disposition");
    const { case: case_id, decidedDate: decided_date, ...rest } = body;
    await db
      .insertInto("disposition")
      .values({
        ...{ id, site, case_id, decided_date, ...rest },
        ...{ recorded_by: actor.id, recorded_name: actor.name, recorded_ms: nowMs },
      })
      .execute();
    await audit({
      action: "disposition.record",
      subject: `site:${site}`,
      regionPath,
      detail: { id, ...body },
    });
    return { ...body, id, recordedBy: actor.name, recordedMs: nowMs };
  },
});

async function requireEntry(db: Parameters<typeof findCase>[0], site: string, id: string): Promise<void> {
  const entry = await db
    .selectFrom("disposition")
    .select("id")
    .where("id", "=", id)
    .where("site", "=", site)
    .executeTakeFirst();
  if (!entry) throw cloudError("REQUEST_INVALID", { problems: "corrects: this site has no such entry" });
}
