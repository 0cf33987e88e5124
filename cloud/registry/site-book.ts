import { createHash } from "node:crypto";
import type { Logger } from "@sealwatch/platform";
import type { CloudConfig, SiteConfig } from "../config/cloud-config.ts";
import type { Database } from "../store/database.ts";
import { createRegion, findRegion } from "./region-tree.ts";
import {
  insertSiteRecord,
  parseSettings,
  type SiteFacts,
  type SiteSettings,
  settingsJson,
  UNKNOWN_SETTINGS,
} from "./site-record.ts";

/** Sites asked for in one statement. */
const IDS_MAX = 500;
/** What is said of a site of which nothing is said. */
export const EMPTY_FACTS: Omit<SiteFacts, "name" | "region" | "regionPath"> = {
  address: "",
  category: "other",
  state: "watched",
  order: { number: null, date: null, issuer: null },
  location: null,
  borderArea: false,
  idleLine: false,
  shouldBeListed: false,
  contact: { name: null, phone: null },
  notes: "",
  settings: UNKNOWN_SETTINGS,
};

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
async function loadSites(db: Database): Promise<RegisteredSite[]> {
  return (await watchedSites(db).orderBy("site.id").execute()).map(toRegisteredSite);
}

/** Sites as the pipeline knows them, those of `ids` that there are. */
export async function findSites(db: Database, ids: readonly string[]): Promise<RegisteredSite[]> {
  const found: RegisteredSite[] = [];
  for (let at = 0; at < ids.length; at += IDS_MAX) {
    const rows = await watchedSites(db)
      .where("site.id", "in", ids.slice(at, at + IDS_MAX))
      .execute();
    found.push(...rows.map(toRegisteredSite));
  }
  return found;
}

function watchedSites(db: Database) {
  return db
    .selectFrom("site")
    .innerJoin("region", "region.id", "site.region")
    .select(["site.id", "site.name_zh", "site.name_en", "site.address", "site.settings_json"])
    .select(["site.region", "site.region_path", "site.version"])
    .select(["region.name_zh as township", "region.kind as region_kind"]);
}

function toRegisteredSite(
  row: Awaited<ReturnType<ReturnType<typeof watchedSites>["executeTakeFirstOrThrow"]>>,
): RegisteredSite {
  return {
    id: row.id,
    name: { zh: row.name_zh, en: row.name_en },
    address: row.address,
    township: row.region_kind === "township" ? row.township : "",
    ...parseSettings(row.settings_json),
    gateways: [],
    region: row.region,
    regionPath: row.region_path,
    version: row.version,
  };
}

/** Enters a site of which no more is said than what it is called, where it lies and what detection starts from. */
export async function insertSite(
  tx: Database,
  site: Pick<RegisteredSite, "id" | "name" | "address" | "region" | "regionPath"> & SiteSettings,
  nowMs: number,
): Promise<void> {
  const { id, name, address, region, regionPath } = site;
  await insertSiteRecord(
    tx,
    id,
    { ...EMPTY_FACTS, name, address, region, regionPath, settings: site },
    nowMs,
  );
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
    if (known.settings_json !== settingsJson(config)) {
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
