import { whyNotInChina } from "../site-location.ts";
import { fieldOf, IMPORT_COLUMNS, type ImportField, type Reason, type SaidOfSite } from "./import-columns.ts";
import type { Cell, ImportSheet } from "./read-sheets.ts";

/** Bad cells that are named; more are only counted. */
export const BAD_CELLS_MAX = 1_000;
/** Titles that may stand above the headers. */
const HEADER_WITHIN_ROWS = 10;

/** Where something is in a file, as a spreadsheet shows it. */
interface CellPlace {
  readonly sheet: string;
  readonly row: number;
  /** A, B, … AA; empty where there is no such column. */
  readonly column: string;
  readonly header: string;
}

/** A cell that cannot be taken, and why. */
export interface BadCell extends CellPlace {
  readonly reason: Reason;
}

/** A row that says something of a site. */
export interface ImportRow {
  readonly sheet: string;
  readonly row: number;
  readonly said: SaidOfSite;
}

/** The columns of a sheet: by field, letter and header. */
type SheetColumns = Readonly<Partial<Record<ImportField, { column: string; header: string }>>>;

/** Everything that a file says, and all that is wrong with it. */
export interface ReadRows {
  readonly rows: readonly ImportRow[];
  readonly columns: Readonly<Record<string, SheetColumns>>;
  readonly bad: readonly BadCell[];
  /** Headers that nobody knows: their columns are left out. */
  readonly ignored: readonly string[];
}

/** Reads every row below the headers of every sheet. Pure. */
export function readRows(sheets: readonly ImportSheet[]): ReadRows {
  const rows: ImportRow[] = [];
  const bad: BadCell[] = [];
  const columns: Record<string, SheetColumns> = {};
  const ignored = new Set<string>();
  for (const sheet of sheets) {
    if (sheet.rows.every((row) => row.every((cell) => cell === null))) continue;
    const heading = findHeaders(sheet);
    if (!heading) {
      bad.push({
        ...{ sheet: sheet.name, row: 1, column: "", header: "" },
        reason: {
          zh: "没有找到表头：至少要有“企业名称”一列",
          en: "no headers found: at least a column 企业名称 (name) is needed",
        },
      });
      continue;
    }
    for (const header of heading.unknown) ignored.add(header);
    columns[sheet.name] = Object.fromEntries(
      heading.fields.map(({ field, column, header }) => [field, { column, header }]),
    );
    for (let index = heading.row + 1; index < sheet.rows.length; index++) {
      const cells = sheet.rows[index] ?? [];
      const read = readRow(cells, heading.fields, { sheet: sheet.name, row: index + 1 });
      bad.push(...read.bad);
      if (read.said) rows.push({ sheet: sheet.name, row: index + 1, said: read.said });
    }
  }
  return { rows, columns, bad, ignored: [...ignored] };
}

interface Heading {
  readonly row: number;
  readonly fields: readonly { field: ImportField; index: number; column: string; header: string }[];
  readonly unknown: readonly string[];
}

function findHeaders({ rows }: ImportSheet): Heading | null {
  const row = rows
    .slice(0, HEADER_WITHIN_ROWS)
    .findIndex((cells) => cells.some((cell) => cell !== null && fieldOf(cell) === "name"));
  if (row < 0) return null;
  const fields = new Map<ImportField, Heading["fields"][number]>();
  const unknown: string[] = [];
  (rows[row] ?? []).forEach((header, index) => {
    if (header === null) return;
    const field = fieldOf(header);
    // Of two columns for one field the first counts.
    if (field && !fields.has(field))
      fields.set(field, { field, index, column: columnLetters(index), header });
    else if (field !== null) unknown.push(header);
  });
  return { row, fields: [...fields.values()], unknown };
}

function readRow(
  cells: readonly Cell[],
  fields: Heading["fields"],
  place: { sheet: string; row: number },
): { said: SaidOfSite | null; bad: BadCell[] } {
  const said: Record<string, string | number | boolean> = {};
  const bad: BadCell[] = [];
  for (const { field, index, column, header } of fields) {
    const cell = cells[index] ?? null;
    if (cell === null) continue;
    const read = IMPORT_COLUMNS[field].read(cell);
    if ("value" in read) said[field] = read.value;
    else bad.push({ ...place, column, header, reason: read.wrong });
  }
  if (Object.keys(said).length === 0 && bad.length === 0) return { said: null, bad: [] };
  const at = (field: ImportField): CellPlace => {
    const found = fields.find((each) => each.field === field);
    return { ...place, column: found?.column ?? "", header: found?.header ?? "" };
  };
  const isBad = (field: ImportField): boolean => bad.some(({ column }) => column === at(field).column);
  if (said["name"] === undefined && !isBad("name")) {
    bad.push({ ...at("name"), reason: { zh: "没有填企业名称", en: "the name is missing" } });
  }
  if (!isBad("latitude") && !isBad("longitude")) bad.push(...badLocation(said as SaidOfSite, at));
  return { said: bad.length === 0 ? (said as SaidOfSite) : null, bad };
}

function badLocation({ latitude, longitude }: SaidOfSite, at: (field: ImportField) => CellPlace): BadCell[] {
  if (latitude === undefined && longitude === undefined) return [];
  if (latitude === undefined || longitude === undefined) {
    const missing = latitude === undefined ? "latitude" : "longitude";
    return [
      { ...at(missing), reason: { zh: "经度和纬度要一起填", en: "write longitude and latitude both" } },
    ];
  }
  const reason = whyNotInChina({ latitude, longitude });
  return reason ? [{ ...at("latitude"), reason }] : [];
}

/** A for 0, AA for 26. */
function columnLetters(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnLetters(Math.floor(index / 26) - 1) + letter;
}
