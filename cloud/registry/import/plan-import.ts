import { createHash } from "node:crypto";
import type { Region } from "../region-tree.ts";
import { EMPTY_FACTS } from "../site-book.ts";
import type { SiteFacts, SiteRecord } from "../site-record.ts";
import type { ImportField, Reason, SaidOfSite } from "./import-columns.ts";
import type { BadCell, ImportRow, ReadRows } from "./read-rows.ts";

/** What is known when a file is held against the register. */
export interface ImportGround {
  /** The regions that the importer may enter sites in. */
  readonly regions: readonly Region[];
  /** Where a row lies that names no region; null: every row must. */
  readonly defaultRegion: Region | null;
  /** The sites of those regions. */
  readonly sites: readonly SiteRecord[];
  /** Ids that sites elsewhere have. */
  readonly takenIds: ReadonlySet<string>;
}

/** One field that a row changes. */
interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** What a row would do. */
export interface PlannedRow {
  readonly sheet: string;
  readonly row: number;
  readonly act: "add" | "change" | "unchanged";
  /** Null: made up when it is applied. */
  readonly site: string | null;
  readonly version: number;
  readonly changes: readonly FieldChange[];
  readonly facts: SiteFacts;
}

/** What a file would do, or what is wrong with it. */
export interface ImportPlan {
  readonly rows: readonly PlannedRow[];
  readonly bad: readonly BadCell[];
}

/** Holds the rows of a file against the register. Pure: the same file and register make the same plan. */
export function planImport(
  { rows, columns }: Pick<ReadRows, "rows" | "columns">,
  ground: ImportGround,
): ImportPlan {
  const planned: PlannedRow[] = [];
  const bad: BadCell[] = [];
  const book = new RegisterIndex(ground);
  const seen = new Map<string, ImportRow>();
  for (const row of rows) {
    const found = book.match(row.said);
    if ("wrong" in found) {
      const at = columns[row.sheet]?.[found.field];
      const { sheet, row: number } = row;
      bad.push({
        sheet,
        row: number,
        column: at?.column ?? "",
        header: at?.header ?? "",
        reason: found.wrong,
      });
      continue;
    }
    const id = found.site?.id ?? row.said.id;
    const keys = [...(id === undefined ? [] : [`id ${id}`]), `name ${found.region.id}/${row.said.name}`];
    const twin = keys.map((key) => seen.get(key)).find((other) => other !== undefined);
    if (twin) {
      const at = columns[row.sheet]?.name;
      const reason = {
        zh: `与 ${twin.sheet} 第 ${twin.row} 行是同一厂点`,
        en: `the same site as row ${twin.row} of ${twin.sheet}`,
      };
      bad.push({
        sheet: row.sheet,
        row: row.row,
        column: at?.column ?? "",
        header: at?.header ?? "",
        reason,
      });
      continue;
    }
    for (const key of keys) seen.set(key, row);
    planned.push(planRow(row, found.site, found.region));
  }
  return { rows: planned, bad };
}

/** Tells two plans apart: what was shown is what is applied, or nothing is. */
export function planHash({ rows, bad }: ImportPlan): string {
  return createHash("sha256")
    .update(JSON.stringify([rows, bad]))
    .digest("hex");
}

type Match =
  | { readonly site: SiteRecord | null; readonly region: Region }
  | { readonly wrong: Reason; readonly field: ImportField };

class RegisterIndex {
  readonly #ground: ImportGround;
  readonly #byId: ReadonlyMap<string, SiteRecord>;
  readonly #byName = new Map<string, SiteRecord[]>();
  readonly #regionById: ReadonlyMap<string, Region>;
  readonly #regionsByName = new Map<string, Region[]>();

  constructor(ground: ImportGround) {
    this.#ground = ground;
    this.#byId = new Map(ground.sites.map((site) => [site.id, site]));
    for (const site of ground.sites) push(this.#byName, site.name.zh, site);
    this.#regionById = new Map(ground.regions.map((region) => [region.id, region]));
    for (const region of ground.regions) {
      for (const name of this.#namesOf(region)) push(this.#regionsByName, name, region);
    }
  }

  match(said: SaidOfSite): Match {
    const region = this.#regionOf(said);
    if ("wrong" in region) return region;
    if (said.id !== undefined) {
      const site = this.#byId.get(said.id) ?? null;
      if (!site && this.#ground.takenIds.has(said.id)) {
        return { field: "id", wrong: { zh: "这个编号不能用", en: "this id cannot be used" } };
      }
      const place = said.region === undefined && site ? this.#regionById.get(site.region) : region;
      return this.#withoutTwin(said, site, place ?? region);
    }
    const named = (this.#byName.get(said.name ?? "") ?? []).filter(({ regionPath }) =>
      said.region === undefined ? regionPath.startsWith(region.path) : regionPath === region.path,
    );
    if (named.length > 1) {
      const wrong = {
        zh: "有多个同名厂点，请填编号或区域",
        en: "several sites have this name: write the id or the region",
      };
      return { field: "name", wrong };
    }
    const [site = null] = named;
    return { site, region: (site && this.#regionById.get(site.region)) ?? region };
  }

  /** A name is one site's in a region. */
  #withoutTwin({ name }: SaidOfSite, site: SiteRecord | null, region: Region): Match {
    const twin = (this.#byName.get(name ?? "") ?? []).find(
      (other) => other.regionPath === region.path && other.id !== site?.id,
    );
    if (!twin) return { site, region };
    const wrong = { zh: `该区域已有同名厂点 ${twin.id}`, en: `site ${twin.id} of this region has this name` };
    return { field: "name", wrong };
  }

  #regionOf({ region: said }: SaidOfSite): Region | Extract<Match, { wrong: Reason }> {
    if (said === undefined) {
      return (
        this.#ground.defaultRegion ?? {
          field: "region",
          wrong: { zh: "没有填区域", en: "the region is missing" },
        }
      );
    }
    const byId = this.#regionById.get(said.toLowerCase());
    if (byId) return byId;
    const named = this.#regionsByName.get(pathName(said)) ?? [];
    const [only] = named;
    if (only && named.length === 1) return only;
    return {
      field: "region",
      wrong:
        named.length > 1
          ? {
              zh: "有多个同名区域，请写明上级，如 云溪县/青石镇",
              en: "several regions have this name: write the one above, too",
            }
          : { zh: "您的辖区内没有这个区域", en: "no region of yours has this name" },
    };
  }

  /** 青石镇, 云溪县/青石镇, 东平市/云溪县/青石镇: as far up as the importer sees. */
  #namesOf(region: Region): string[] {
    const names = [region.name.zh];
    let above = region.parent === null ? undefined : this.#regionById.get(region.parent);
    while (above) {
      names.unshift(above.name.zh);
      above = above.parent === null ? undefined : this.#regionById.get(above.parent);
    }
    const suffixes = names.map((_, index) => names.slice(index).join("/"));
    return [...new Set([...suffixes, region.name.en].map((name) => name.toLowerCase()))];
  }
}

/** 云溪县 / 青石镇, 云溪县>青石镇, 云溪县　青石镇. */
function pathName(text: string): string {
  return text
    .split(/[/\\>＞、\s]+/)
    .filter((part) => part !== "")
    .join("/")
    .toLowerCase();
}

function planRow({ sheet, row, said }: ImportRow, site: SiteRecord | null, region: Region): PlannedRow {
  const name = { zh: said.name ?? "", en: "" };
  const base: SiteFacts = site ?? { ...EMPTY_FACTS, name, region: region.id, regionPath: region.path };
  const facts = factsAfter(base, said, region);
  const changes = site ? changesOf(site, facts) : [];
  const act = site === null ? "add" : changes.length > 0 ? "change" : "unchanged";
  return { sheet, row, act, site: site?.id ?? said.id ?? null, version: site?.version ?? 0, changes, facts };
}

/** What a site is after a row; a cell that is empty says nothing. */
function factsAfter(before: SiteFacts, said: SaidOfSite, region: Region): SiteFacts {
  const { name, order, contact, settings } = before;
  const { latitude, longitude, formerLoadKw } = said;
  return {
    region: region.id,
    regionPath: region.path,
    name: { zh: said.name ?? name.zh, en: said.nameEn ?? name.en },
    address: said.address ?? before.address,
    category: said.category ?? before.category,
    state: before.state,
    order: {
      number: said.orderNumber ?? order.number,
      date: said.orderDate ?? order.date,
      issuer: said.orderIssuer ?? order.issuer,
    },
    location: latitude === undefined || longitude === undefined ? before.location : { latitude, longitude },
    borderArea: said.borderArea ?? before.borderArea,
    idleLine: said.idleLine ?? before.idleLine,
    shouldBeListed: said.shouldBeListed ?? before.shouldBeListed,
    contact: { name: said.contactName ?? contact.name, phone: said.contactPhone ?? contact.phone },
    notes: said.notes ?? before.notes,
    settings:
      formerLoadKw === undefined ? settings : { ...settings, formerLoadW: Math.round(1_000 * formerLoadKw) },
  };
}

function changesOf(before: SiteFacts, after: SiteFacts): FieldChange[] {
  const [was, is] = [shown(before), shown(after)];
  return Object.keys(is).flatMap((field) => {
    const [old = "", next = ""] = [was[field], is[field]];
    return old === next ? [] : { field, before: old, after: next };
  });
}

function shown({ location, order, contact, settings, ...facts }: SiteFacts): Record<string, string> {
  return {
    name: facts.name.zh,
    nameEn: facts.name.en,
    region: facts.region,
    address: facts.address,
    category: facts.category,
    orderNumber: order.number ?? "",
    orderDate: order.date ?? "",
    orderIssuer: order.issuer ?? "",
    location: location ? `${location.latitude}, ${location.longitude}` : "",
    borderArea: String(facts.borderArea),
    idleLine: String(facts.idleLine),
    shouldBeListed: String(facts.shouldBeListed),
    contactName: contact.name ?? "",
    contactPhone: contact.phone ?? "",
    formerLoadW: String(settings.formerLoadW),
    notes: facts.notes,
  };
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const held = map.get(key);
  if (held) held.push(value);
  else map.set(key, [value]);
}
