import { parse } from "csv-parse/sync";
import { cloudError } from "../errors.ts";

/** Rows of one list. */
const LIST_ROWS_MAX = 2_000;
export const LIST_MAX_BYTES = 1024 * 1024;
const FIELD_MAX_CHARS = 200;

/** What lists call their columns. */
const COLUMNS = {
  name: ["名称", "企业名称", "用户名称", "户名", "name"],
  address: ["地址", "用电地址", "住所", "address"],
  account: ["户号", "用电户号", "account"],
  text: ["备注", "说明", "线索", "text", "notes"],
} as const;
type Column = keyof typeof COLUMNS;

/** One row of a list, or what is wrong with it. `line`: as a person counts, the head is line 1. */
export interface ListRow extends Record<Column, string> {
  readonly line: number;
  readonly problem: string | null;
}

/** Reads a list of clues as CSV, UTF-8 or GB 18030. Throws LIST_UNUSABLE for what is no such list as a whole. Pure. */
export function readClueList(bytes: Uint8Array): ListRow[] {
  const [head = [], ...rows] = readCsv(bytes);
  const places = new Map<Column, number>();
  for (const column of Object.keys(COLUMNS) as Column[]) {
    const titles: readonly string[] = COLUMNS[column];
    const place = head.findIndex((title) => titles.includes(title.trim().toLowerCase()));
    if (place >= 0) places.set(column, place);
  }
  if (!places.has("name") && !places.has("address")) {
    throw cloudError("LIST_UNUSABLE", { why: "the first line must name a column 名称 or 地址" });
  }
  if (rows.length > LIST_ROWS_MAX)
    throw cloudError("LIST_UNUSABLE", { why: `more than ${LIST_ROWS_MAX} rows` });
  return rows.map((cells, index) => {
    const of = (column: Column): string => (cells[places.get(column) ?? -1] ?? "").trim();
    const row = { name: of("name"), address: of("address"), account: of("account"), text: of("text") };
    return { ...row, line: index + 2, problem: problemOf(row) };
  });
}

function problemOf(row: Record<Column, string>): string | null {
  if (row.name === "" && row.address === "") return "名称和地址都是空的 (neither name nor address)";
  const long = (Object.keys(row) as Column[]).find((column) => row[column].length > FIELD_MAX_CHARS);
  return long ? `${COLUMNS[long][0]}: 超过 ${FIELD_MAX_CHARS} 字 (too long)` : null;
}

function readCsv(bytes: Uint8Array): string[][] {
  try {
    return parse(decoded(bytes), { relaxColumnCount: true, skipEmptyLines: true, bom: true });
  } catch (cause) {
    throw cloudError("LIST_UNUSABLE", { why: cause instanceof Error ? cause.message : "no CSV" }, cause);
  }
}

/** Spreadsheets in China write GB 18030 unless told otherwise. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}
