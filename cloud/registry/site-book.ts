import { createHash } from "node:crypto";
import type { Logger } from "@sealwatch/platform";
import { type CloudConfig, type SiteConfig, siteSettingsSchema } from "../config/cloud-config.ts";
import type { Database } from "../store/database.ts";
import { createRegion, findRegion } from "./region-tree.ts";

/** A site as the register holds it. */
export interface RegisteredSite extends SiteConfig {
  readonly region: string;
  readonly regionPath: string;
  readonly version: number;
}

/**
 * The sites of the configuration are where the register starts: each is entered once, with its county and township, and from then on
 * the register holds. Returns every site there is.
 */
export async function adoptSites(
  db: Database,
  { topRegion, sites }: Pick<CloudConfig, "topRegion" | "sites">,
  nowMs: number,
  log: Logger,
): Promise<RegisteredSite[]> {
  await db.transaction().execute(async (tx) => {
    if (!(await tx.selectFrom("region").select("id").limit(1).executeTakeFirst())) {
      await createRegion(tx, { ...topRegion, parent: null });
    }
    for (const site of sites) await adoptSite(tx, site, topRegion.id, nowMs, log);
  });
  const keys = new Map(sites.map(({ id, gateways }) => [id, gateways]));
  return (await loadSites(db)).map((site) => ({ ...site, gateways: keys.get(site.id) ?? [] }));
}

/** Every site of the register, without the gateways that only the configuration names. */
export async function loadSites(db: Database): Promise<RegisteredSite[]> {
  const rows = await db
    .selectFrom("site")
    .innerJoin("region", "region.id", "site.region")
    .selectAll("site")
    .select(["region.name_zh as township", "region.kind as region_kind"])
    .orderBy("site.id")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: { zh: row.name_zh, en: row.name_en },
    address: row.address,
    township: row.region_kind === "township" ? row.township : "",
    ...siteSettingsSchema.parse(JSON.parse(row.settings_json)),
    gateways: [],
    region: row.region,
    regionPath: row.region_path,
    version: row.version,
  }));
}

/** One site of the register, or null. */
export async function findSite(db: Database, id: string): Promise<RegisteredSite | null> {
  return (await loadSites(db)).find((site) => site.id === id) ?? null;
}

/** Enters a site. Its region must be there. */
export async function insertSite(
  tx: Database,
  site: Pick<RegisteredSite, "id" | "name" | "address" | "region" | "regionPath"> & SiteSettings,
  nowMs: number,
): Promise<void> {
  await tx
    .insertInto("site")
    .values({
      id: site.id,
      region: site.region,
      region_path: site.regionPath,
      name_zh: site.name.zh,
      name_en: site.name.en,
      address: site.address,
      settings_json: JSON.stringify(settingsOf(site)),
      version: 1,
      created_ms: nowMs,
      updated_ms: nowMs,
    })
    .execute();
}

type SiteSettings = Pick<SiteConfig, "utcOffsetMin" | "formerLoadW" | "learningDaysMin" | "declaredCut">;

/** What detection starts from. */
export function settingsOf({
  utcOffsetMin,
  formerLoadW,
  learningDaysMin,
  declaredCut,
}: SiteSettings): SiteSettings {
  return { utcOffsetMin, formerLoadW, learningDaysMin, declaredCut };
}

async function adoptSite(
  tx: Database,
  config: SiteConfig,
  top: string,
  nowMs: number,
  log: Logger,
): Promise<void> {
  const known = await tx
    .selectFrom("site")
    .select("settings_json")
    .where("id", "=", config.id)
    .executeTakeFirst();
  if (known) {
    if (known.settings_json !== JSON.stringify(settingsOf(config))) {
      log.warn(
        { site: config.id },
        "the register holds other settings of this site than the configuration; the register counts",
      );
    }
    return;
  }
  const above = await findRegion(tx, top);
  const id = config.township === "" ? top : townshipId(top, config.township);
  const region =
    (await findRegion(tx, id)) ??
    (await createRegion(tx, {
      id,
      parent: above ? top : null,
      kind: "township",
      name: { zh: config.township, en: config.township },
    }));
  await insertSite(tx, { ...config, region: region.id, regionPath: region.path }, nowMs);
}

/** A configuration names townships in words only. */
function townshipId(top: string, township: string): string {
  return `${top}-${createHash("sha256").update(township).digest("hex").slice(0, 8)}`;
}
