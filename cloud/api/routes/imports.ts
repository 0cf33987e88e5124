import { z } from "zod";
import { reach } from "../../access/actor.ts";
import type { AuditedAct } from "../../audit/audit-log.ts";
import {
  applyImport,
  findImport,
  importGround,
  type StoredImport,
  storeImport,
} from "../../registry/import/import-book.ts";
import { importTemplate } from "../../registry/import/import-template.ts";
import { planImport } from "../../registry/import/plan-import.ts";
import { readRows } from "../../registry/import/read-rows.ts";
import { readSheets } from "../../registry/import/read-sheets.ts";
import { regionIdSchema } from "../../registry/region-id.ts";
import type { SiteRecord } from "../../registry/site-record.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { pageOf, pageQuery } from "../page.ts";
import { appliedImportSchema, importRowSchema, importSchema } from "../register-contract.ts";
import { defineRoute, FileAnswer, type Route } from "../route.ts";
import { watchSites } from "./sites-register.ts";

const FILE_MAX_BYTES = 8 * 1024 * 1024;
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const importParams = z.object({ import: z.string().max(40) });

/** Files of sites: read, shown, and applied as a whole or not at all. */
export function importRoutes(deps: ApiDependencies): Route[] {
  return [template, upload, readImport, listRows, apply(deps)];
}

const template = defineRoute({
  method: "GET",
  path: "/imports/template",
  guard: "site.import",
  summary: "The sheet to be filled, as CSV with a byte order mark.",
  answerType: "text/csv",
  handle: () => new FileAnswer("text/csv; charset=utf-8", importTemplate(), "厂点导入模板.csv"),
});

const upload = defineRoute({
  method: "POST",
  path: "/imports",
  guard: "site.import",
  summary: "Upload an XLSX or CSV file of sites; the answer says what it would do and names every bad cell.",
  status: 201,
  creates: true,
  upload: { types: ["text/csv", XLSX, "application/octet-stream"], maxBytes: FILE_MAX_BYTES },
  query: z.object({
    region: regionIdSchema.optional().describe("where rows lie that name no region"),
    name: z.string().trim().min(1).max(120).default("import").describe("the file's name"),
  }),
  answer: importSchema,
  prepare: async ({ request }) => readRows(await readSheets(request.body as Buffer)),
  handle: async ({ db, actor, query: { region = null, name: fileName }, prepared: read, nowMs, audit }) => {
    const ground = await importGround(db, actor, read.rows, region);
    const plan = planImport(read, ground);
    const bad = [...read.bad, ...plan.bad];
    const all = { rows: plan.rows, bad };
    const stored = await storeImport(db, actor.id, { fileName, region }, read, all, nowMs);
    const [regionPath = ""] = reach(actor, "site.import");
    const detail = { fileName, rows: read.rows.length, badCells: bad.length };
    await audit({ action: "import.upload", subject: `import:${stored.id}`, regionPath, detail });
    return viewImport(stored);
  },
});

const readImport = defineRoute({
  method: "GET",
  path: "/imports/{import}",
  guard: "site.import",
  summary: "What a file that one uploaded would do.",
  params: importParams,
  answer: importSchema,
  handle: async ({ db, actor, params, nowMs }) =>
    viewImport(await findImport(db, actor.id, params.import, nowMs)),
});

const listRows = defineRoute({
  method: "GET",
  path: "/imports/{import}/rows",
  guard: "site.import",
  summary: "The rows of a file: what each would add or change, old and new.",
  params: importParams,
  query: z.object({ ...pageQuery, act: z.enum(["add", "change", "unchanged"]).optional() }),
  answer: pageOf(importRowSchema),
  handle: async ({ db, actor, params, query: { after, limit, act }, nowMs }) => {
    const { preview } = await findImport(db, actor.id, params.import, nowMs);
    const rows = preview.rows.filter((row) => act === undefined || row.act === act);
    const from = /^\d{1,6}$/.test(after ?? "") ? Number(after) : 0;
    const next = from + limit < rows.length ? String(from + limit) : null;
    return {
      items: rows.slice(from, from + limit).map((row) => ({ ...row, changes: [...row.changes] })),
      next,
    };
  },
});

function apply(deps: ApiDependencies): Route {
  return defineRoute({
    method: "POST",
    path: "/imports/{import}/apply",
    guard: "site.import",
    summary: "Do everything that was shown, or nothing where it would be anything else by now.",
    params: importParams,
    answer: appliedImportSchema,
    handle: async ({ db, actor, params, nowMs, audit, auditEach, afterCommit }) => {
      const stored = await findImport(db, actor.id, params.import, nowMs);
      const { added, changed } = await applyImport(db, actor, stored, nowMs);
      const { id, fileName } = stored;
      const done = { added: added.length, changed: changed.length };
      const [regionPath = ""] = reach(actor, "site.import");
      const detail = { fileName, ...done };
      await audit({ action: "import.apply", subject: `import:${id}`, regionPath, detail });
      await auditEach([...actsOf("site.enter", added, id), ...actsOf("site.edit", changed, id)]);
      const ids = [...added, ...changed].map((site) => site.id);
      afterCommit(() => watchSites(deps, ids));
      return done;
    },
  });
}

/** Each site's own past says where it came from. */
function actsOf(action: string, sites: readonly SiteRecord[], from: string): AuditedAct[] {
  return sites.map(({ id, regionPath }) => {
    return { action, subject: `site:${id}`, regionPath, detail: { import: from } };
  });
}

function viewImport({
  id,
  fileName,
  createdMs,
  expiresMs,
  appliedMs,
  preview,
}: StoredImport): z.input<typeof importSchema> {
  const count = (act: string): number => preview.rows.filter((row) => row.act === act).length;
  return {
    ...{ id, fileName, createdMs, expiresMs, appliedMs },
    counts: { add: count("add"), change: count("change"), unchanged: count("unchanged") },
    bad: preview.bad.map((cell) => ({ ...cell })),
    badCells: preview.badCells,
    ignored: [...preview.ignored],
  };
}
