import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfigFile } from "@sealwatch/platform";
import { cloudError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { type TemplateBody, templateBodySchema, type VisitTemplate } from "./visit-template.ts";

/** Checklists of its own that one region may have. */
const OWN_TEMPLATES_MAX = 50;
const BUILT_IN_VERSION = 1;

/** The checklists that come with the product: beside the source, whether this runs from it or from dist. */
export const BUILT_IN_TEMPLATES: readonly VisitTemplate[] = loadBuiltIn();

function loadBuiltIn(): VisitTemplate[] {
  const beside = fileURLToPath(new URL("templates", import.meta.url));
  const folder = existsSync(beside)
    ? beside
    : fileURLToPath(new URL("../../visits/templates", import.meta.url));
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({
      id: name.replace(/\.yaml$/, ""),
      version: BUILT_IN_VERSION,
      ...loadConfigFile(join(folder, name), templateBodySchema),
    }));
}

/** The checklists of a region: its own, those from above, and the built-in ones; the nearest of an id counts. */
export async function templatesAt(db: Database, regionPath: string): Promise<VisitTemplate[]> {
  const ids = regionPath.split("/").slice(0, -1);
  const paths = ids.map((_, index) => `${ids.slice(0, index + 1).join("/")}/`);
  const rows =
    paths.length === 0
      ? []
      : await db
          .selectFrom("visit_template")
          .select(["region_path", "template", "version", "body_json"])
          .where("region_path", "in", paths)
          .orderBy("version")
          .execute();
  const found = new Map(BUILT_IN_TEMPLATES.map((template) => [template.id, template]));
  for (const row of rows.sort((a, b) => a.region_path.length - b.region_path.length)) {
    const body = templateBodySchema.parse(JSON.parse(row.body_json));
    found.set(row.template, { id: row.template, version: row.version, ...body });
  }
  return [...found.values()];
}

/** One checklist as it counts in a region. Throws TEMPLATE_UNKNOWN. */
export async function templateAt(db: Database, regionPath: string, id: string): Promise<VisitTemplate> {
  const template = (await templatesAt(db, regionPath)).find((one) => one.id === id);
  if (!template) throw cloudError("TEMPLATE_UNKNOWN", { template: id });
  return template;
}

/** Makes a checklist a region's own, as the version after the one that counted there. Throws CHANGED_MEANWHILE. */
export async function setTemplate(
  tx: Database,
  region: { readonly id: string; readonly path: string },
  template: { readonly id: string; readonly body: TemplateBody },
  version: number,
  { by, nowMs }: { readonly by: string; readonly nowMs: number },
): Promise<VisitTemplate> {
  const known = (await templatesAt(tx, region.path)).find(({ id }) => id === template.id);
  if ((known?.version ?? 0) !== version) throw cloudError("CHANGED_MEANWHILE");
  const { own } = await tx
    .selectFrom("visit_template")
    .select(({ fn }) => fn.count<number>("template").distinct().as("own"))
    .where("region", "=", region.id)
    .where("template", "!=", template.id)
    .executeTakeFirstOrThrow();
  if (Number(own) >= OWN_TEMPLATES_MAX) {
    throw cloudError("REQUEST_INVALID", { problems: `a region has at most ${OWN_TEMPLATES_MAX} checklists` });
  }
  await tx
    .insertInto("visit_template")
    .values({
      ...{ region: region.id, region_path: region.path, template: template.id, version: version + 1 },
      ...{ body_json: JSON.stringify(template.body), at_ms: nowMs, by },
    })
    .execute();
  return { id: template.id, version: version + 1, ...template.body };
}
