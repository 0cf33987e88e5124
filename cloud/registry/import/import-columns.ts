import { siteIdSchema } from "@sealwatch/protocols";
import { isDay } from "../local-date.ts";
import { CATEGORY_NAMES, SITE_CATEGORIES, type SiteCategory } from "../site-category.ts";

/** One text in both languages. */
export interface Reason {
  readonly zh: string;
  readonly en: string;
}

/** What a cell means, or why it cannot. */
type ReadCell<Value> = { readonly value: Value } | { readonly wrong: Reason };

/** What a row of a file says of a site. What is absent is not said. */
export interface SaidOfSite {
  readonly id?: string;
  readonly name?: string;
  readonly nameEn?: string;
  readonly region?: string;
  readonly address?: string;
  readonly category?: SiteCategory;
  readonly orderNumber?: string;
  readonly orderDate?: string;
  readonly orderIssuer?: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly borderArea?: boolean;
  readonly idleLine?: boolean;
  readonly shouldBeListed?: boolean;
  readonly contactName?: string;
  readonly contactPhone?: string;
  readonly formerLoadKw?: number;
  readonly notes?: string;
}

export type ImportField = keyof SaidOfSite;

interface Column {
  /** What the template prints first; any of them is understood. */
  readonly headers: readonly [string, ...string[]];
  read(text: string): ReadCell<string | number | boolean>;
}

/** The columns that a file may have, in the order of the template. */
export const IMPORT_COLUMNS: Readonly<Record<ImportField, Column>> = {
  id: { headers: ["编号", "厂点编号", "id", "siteid"], read: readId },
  name: { headers: ["企业名称", "名称", "厂点名称", "单位名称", "name", "company"], read: text(120) },
  nameEn: { headers: ["英文名称", "englishname", "nameen"], read: text(200) },
  region: { headers: ["所属区域", "区域", "乡镇", "乡镇街道", "region", "township"], read: text(200) },
  address: { headers: ["地址", "企业地址", "详细地址", "address"], read: text(300) },
  category: { headers: ["类别", "厂点类别", "category"], read: readCategory },
  orderNumber: { headers: ["关停文号", "文号", "ordernumber"], read: text(80) },
  orderDate: { headers: ["关停日期", "orderdate"], read: readDate },
  orderIssuer: { headers: ["发文机关", "关停机关", "orderissuer"], read: text(120) },
  longitude: { headers: ["经度", "longitude", "lng"], read: number(-180, 180) },
  latitude: { headers: ["纬度", "latitude", "lat"], read: number(-90, 90) },
  borderArea: { headers: ["县域交接地带", "borderarea"], read: readFlag },
  idleLine: { headers: ["闲置生产线", "idleline"], read: readFlag },
  shouldBeListed: { headers: ["应列未列", "shouldbelisted"], read: readFlag },
  contactName: { headers: ["法定代表人", "法人", "legalperson"], read: text(60) },
  contactPhone: { headers: ["法人联系方式", "联系电话", "联系方式", "phone"], read: readPhone },
  formerLoadKw: { headers: ["原用电负荷千瓦", "原负荷千瓦", "formerloadkw"], read: number(0, 1e6) },
  notes: { headers: ["备注", "notes"], read: text(2_000) },
};

export const IMPORT_FIELDS = Object.keys(IMPORT_COLUMNS) as readonly ImportField[];
/** Columns that number the rows and say nothing. */
const NUMBERING = new Set(["序号", "no", "num", "#"]);

const FIELD_BY_HEADER = new Map(
  IMPORT_FIELDS.flatMap((field) => IMPORT_COLUMNS[field].headers.map((header) => [header, field] as const)),
);

/** The field that a header names, null for one that only numbers the rows, undefined for one that nobody knows. */
export function fieldOf(header: string): ImportField | null | undefined {
  const plain = header.toLowerCase().replaceAll(/[\s()（）*_:：/-]/g, "");
  return NUMBERING.has(plain) ? null : FIELD_BY_HEADER.get(plain);
}

function text(max: number) {
  return (value: string): ReadCell<string> =>
    value.length <= max
      ? { value: value.replaceAll(/[\r\n\t]+/g, " ") }
      : wrong(`超过 ${max} 个字`, `longer than ${max} characters`);
}

function number(min: number, max: number) {
  return (value: string): ReadCell<number> => {
    const parsed = /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
    return parsed >= min && parsed <= max
      ? { value: parsed }
      : wrong(`应为 ${min} 到 ${max} 之间的数`, `write a number from ${min} to ${max}`);
  };
}

function readId(value: string): ReadCell<string> {
  return siteIdSchema.safeParse(value).success
    ? { value }
    : wrong("应为 3–64 个小写字母、数字或连字符", "write 3 to 64 of a-z, 0-9 and -");
}

function readCategory(value: string): ReadCell<string> {
  const lower = value.toLowerCase();
  const found = CATEGORY_NAMES.find(
    (name) => name === lower || SITE_CATEGORIES[name].zh === value || SITE_CATEGORIES[name].en === lower,
  );
  const all = CATEGORY_NAMES.map((name) => SITE_CATEGORIES[name].zh).join("、");
  return found
    ? { value: found }
    : wrong(`没有这个类别，可填：${all}`, `write one of ${CATEGORY_NAMES.join(", ")}`);
}

function readDate(value: string): ReadCell<string> {
  const [, year = "", month = "", day = ""] =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(value) ?? [];
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return /^(19|20)\d\d-/.test(date) && isDay(date)
    ? { value: date }
    : wrong("应为日期，如 2026-03-01", "write a date such as 2026-03-01");
}

const YES = new Set(["是", "有", "√", "yes", "y", "true", "1"]);
const NO = new Set(["否", "无", "×", "no", "n", "false", "0"]);

function readFlag(value: string): ReadCell<boolean> {
  const lower = value.toLowerCase();
  if (YES.has(lower)) return { value: true };
  return NO.has(lower) ? { value: false } : wrong("应填 是 或 否", "write yes or no");
}

function readPhone(value: string): ReadCell<string> {
  return /^\+?[0-9 -]{5,20}$/.test(value)
    ? { value }
    : wrong("应为电话号码，如 13900000000", "write digits, such as 13900000000");
}

function wrong(zh: string, en: string): { wrong: Reason } {
  return { wrong: { zh, en } };
}
