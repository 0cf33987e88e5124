import { CsvError, type Options, parse } from "csv-parse/sync";

/** The field, counted from 0, whose quotes do not end where they should. */
interface BadQuotes {
  readonly badField: number;
}

/** A line of a file, its number from 1, and what stands between its commas. */
export interface CsvLine {
  readonly number: number;
  readonly text: string;
  readonly fields: readonly string[] | BadQuotes;
}

/** What to do about bad quotes; for messages. */
export const QUOTES_FIX =
  "end quoted text with a quote on the same line, before a comma; write a quote within it twice";

/** RFC 4180, but for a quote in a field that does not begin with one: it is a character like any other. */
const OPTIONS: Options = {
  record_delimiter: "\n",
  relax_column_count: true,
  relax_quotes: true,
  trim: true,
};
/** Few enough that most lines at fault are soon alone, and enough that a file full of them is not tried over and over. */
const PARTS = 16;

/**
 * The fields of each line, lines without their ends. The parser does not find its way back after a quote that never closes:
 * what it cannot take, or takes for fewer lines, it is given again in parts, down to the line at fault.
 */
export function fieldsOf(lines: readonly string[]): CsvLine["fields"][] {
  let badField = 0;
  try {
    const records = parse(lines.map((line) => `${line}\n`).join(""), OPTIONS);
    if (records.length === lines.length) return records;
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    badField = Number(cause["column"]);
  }
  if (lines.length === 1) return [{ badField }];
  const size = Math.ceil(lines.length / PARTS);
  return Array.from({ length: Math.ceil(lines.length / size) }, (_, part) =>
    fieldsOf(lines.slice(part * size, (part + 1) * size)),
  ).flat();
}
