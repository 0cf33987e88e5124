import { parse } from "csv-parse/sync";
import readWorkbook from "read-excel-file/universal";
import { cloudError } from "../../errors.ts";
import { checkWorkbook } from "./zip-bound.ts";

/** Rows that one file may have: the sites of a large prefecture, and headings. */
const IMPORT_ROWS_MAX = 10_100;
const SHEETS_MAX = 20;
const CELL_MAX_CHARS = 4_000;
const ZIP_MAGIC = "PK\u0003\u0004";

/** What stands in a cell; dates as `YYYY-MM-DD`. */
export type Cell = string | null;

/** A sheet of a workbook, or a whole CSV file. */
export interface ImportSheet {
  readonly name: string;
  readonly rows: readonly (readonly Cell[])[];
}

/** Reads an XLSX or CSV file by what its bytes are, whatever its name says. Throws IMPORT_UNREADABLE. */
export async function readSheets(bytes: Buffer): Promise<ImportSheet[]> {
  const sheets = bytes.toString("latin1", 0, 4) === ZIP_MAGIC ? await readXlsx(bytes) : [readCsv(bytes)];
  const rows = sheets.reduce((sum, sheet) => sum + sheet.rows.length, 0);
  if (sheets.length > SHEETS_MAX) throw unreadable(`it has more than ${SHEETS_MAX} sheets`);
  if (rows > IMPORT_ROWS_MAX) throw unreadable(`it has more than ${IMPORT_ROWS_MAX} rows`);
  return sheets;
}

async function readXlsx(bytes: Buffer): Promise<ImportSheet[]> {
  checkWorkbook(bytes, IMPORT_ROWS_MAX);
  try {
    const copy = new Uint8Array(bytes).buffer;
    const sheets = await readWorkbook(copy);
    return sheets.map(({ sheet, data }) => ({ name: sheet, rows: data.map((row) => row.map(toCell)) }));
  } catch (cause) {
    throw unreadable("it is no XLSX file that can be read", cause);
  }
}

function readCsv(bytes: Buffer): ImportSheet {
  const text = decode(bytes);
  const [first = ""] = text.split(/\r?\n/, 1);
  const counts = [",", "\t", ";"].map((delimiter) => ({ delimiter, count: first.split(delimiter).length }));
  const { delimiter } = counts.reduce((best, each) => (each.count > best.count ? each : best));
  try {
    const rows: string[][] = parse(text, {
      delimiter,
      relax_column_count: true,
      // Rows keep the numbers that a spreadsheet shows.
      skip_empty_lines: false,
      to: IMPORT_ROWS_MAX + 1,
      max_record_size: 200_000,
    });
    return { name: "CSV", rows: rows.map((row) => row.map(toCell)) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "not CSV";
    throw unreadable(`it is no CSV file: ${why}`, cause);
  }
}

/** UTF-8, UTF-16 with its mark, or what Chinese Excel writes as CSV. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  for (const encoding of ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // Not in this one.
    }
  }
  throw unreadable("its text is neither UTF-8 nor GB18030");
}

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  const text = value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
  const trimmed = text.replace(/^\ufeff/, "").trim();
  return trimmed === "" ? null : trimmed.slice(0, CELL_MAX_CHARS + 1);
}

function unreadable(why: string, cause?: unknown) {
  return cloudError("IMPORT_UNREADABLE", { why }, cause);
}
