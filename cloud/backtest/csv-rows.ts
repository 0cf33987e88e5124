import { cloudError } from "../errors.ts";

/** One row that can be used: values by column of interest, null where the field is empty. */
export interface CsvRow {
  readonly line: number;
  readonly utcMs: number;
  readonly values: readonly (number | null)[];
}

/** A field that cannot be used; its row is skipped. */
export interface CsvProblem {
  readonly line: number;
  readonly column: string;
  readonly found: string;
  readonly fix: string;
}

/** Where the columns of interest stand in each row. */
export interface CsvHeader {
  readonly names: readonly string[];
  readonly places: readonly number[];
}

const FOUND_MAX_CHARS = 40;

/** Reads the header line. Throws CSV_UNUSABLE when it does not begin with time or lacks a wanted column. */
export function readHeader(line: string, wanted: readonly string[], file: string): CsvHeader {
  const names = fieldsOf(line.replace(/^\uFEFF/, ""));
  if (names[0] !== "time")
    throw cloudError("CSV_UNUSABLE", {
      file,
      why: `the first column must be time, not ${names[0] ?? "nothing"}`,
    });
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw cloudError("CSV_UNUSABLE", { file, why: `the header lacks ${missing.join(", ")}` });
  return { names: wanted, places: wanted.map((name) => names.indexOf(name)) };
}

/** Takes one line for a row, or says what is wrong with it. */
export function readRow(line: string, number: number, header: CsvHeader): CsvRow | CsvProblem {
  const fields = line.includes('"') ? fieldsOf(line) : line.split(",");
  const time = fields[0] ?? "";
  const utcMs = momentOf(time);
  if (utcMs === null)
    return problem(number, "time", time, "write ISO 8601 with a zone, or milliseconds since 1970");
  const values: (number | null)[] = [];
  for (let index = 0; index < header.places.length; index++) {
    const text = fields[header.places[index] ?? 0]?.trim() ?? "";
    const value = text === "" ? null : Number(text);
    if (value !== null && !Number.isFinite(value))
      return problem(number, header.names[index] ?? "", text, "write a number, or nothing for no answer");
    values.push(value);
  }
  return { line: number, utcMs, values };
}

function problem(line: number, column: string, found: string, fix: string): CsvProblem {
  return { line, column, found: found.slice(0, FOUND_MAX_CHARS), fix };
}

/** Milliseconds since 1970, or ISO 8601; without a zone it would mean another moment on another machine. */
function momentOf(text: string): number | null {
  if (/^\d{9,14}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)) return null;
  const utcMs = Date.parse(text);
  return Number.isNaN(utcMs) ? null : utcMs;
}

/** RFC 4180 fields of one line. */
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    fields.push(quoted === undefined ? (plain ?? "").trim() : quoted.replaceAll('""', '"'));
  return fields;
}
