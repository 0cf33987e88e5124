import { cloudError } from "../errors.ts";
import { LINE_MAX_CHARS } from "./csv-lines.ts";
import { MOMENT_FIX, momentOf } from "./moment.ts";

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

/** A column that SITE.yaml names; some hold positions or codes alone. */
export interface WantedColumn {
  readonly name: string;
  readonly positions?: { readonly values: readonly number[]; readonly fix: string } | undefined;
}

/** Where the columns of interest stand in each row, and how many columns there are. */
export interface CsvHeader {
  readonly wanted: readonly WantedColumn[];
  readonly places: readonly number[];
  readonly width: number;
  /** Of times that have no zone. */
  readonly utcOffsetMin: number;
}

const FOUND_MAX_CHARS = 40;
const NAMES_SHOWN_MAX_CHARS = 200;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads the header line. Throws CSV_UNUSABLE when it does not begin with time, or lacks or repeats a wanted column. */
export function readHeader(
  line: string,
  { wanted, utcOffsetMin }: Pick<CsvHeader, "wanted" | "utcOffsetMin">,
  file: string,
): CsvHeader {
  const names = fieldsOf(line.replace(/^\uFEFF/, ""));
  const why = headerProblem(line, names, wanted);
  if (why !== null) throw cloudError("CSV_UNUSABLE", { file, why });
  const places = wanted.map(({ name }) => names.indexOf(name));
  return { wanted, places, width: names.length, utcOffsetMin };
}

function headerProblem(
  line: string,
  names: readonly string[],
  wanted: readonly WantedColumn[],
): string | null {
  if (/[\0\uFFFD]/.test(line)) return "line 1 is not UTF-8: save the file as CSV in UTF-8";
  const shown = JSON.stringify((names[0] ?? "").slice(0, FOUND_MAX_CHARS));
  if (names.length === 1 && /[;\t]/.test(line))
    return `line 1 separates by semicolons or tabs, not by commas (found ${shown})`;
  if (names[0] !== "time") return `line 1: the first column must be time, name it so (found ${shown})`;
  const missing = wanted.filter(({ name }) => !names.includes(name));
  if (missing.length > 0) {
    const lacks = missing.map(({ name }) => name).join(", ");
    return `line 1: the header lacks ${lacks}, which SITE.yaml names; it has ${names.slice(1).join(", ").slice(0, NAMES_SHOWN_MAX_CHARS)}`;
  }
  const twice = wanted.filter(({ name }) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice.length > 0)
    return `line 1: the header has ${twice.map(({ name }) => name).join(", ")} more than once; rename all but one`;
  return null;
}

/** Takes one line for a row, or says what is wrong with it. */
export function readRow(line: string, number: number, header: CsvHeader): CsvRow | CsvProblem {
  if (line.length > LINE_MAX_CHARS)
    return problem(number, "line", line, `write at most ${LINE_MAX_CHARS} characters a line`);
  const fields = line.includes('"') ? fieldsOf(line) : line.split(",");
  const time = fields[0]?.trim() ?? "";
  const utcMs = momentOf(time, header.utcOffsetMin);
  if (utcMs === null) return problem(number, "time", time, MOMENT_FIX);
  if (fields.length > header.width && fields.slice(header.width).some((field) => field.trim() !== ""))
    return problem(
      number,
      "line",
      line,
      `write ${header.width} fields as the header does, numbers without commas`,
    );
  const values: (number | null)[] = [];
  for (let index = 0; index < header.places.length; index++) {
    const { name, positions } = header.wanted[index] ?? { name: "" };
    const text = fields[header.places[index] ?? 0]?.trim() ?? "";
    const value = text === "" ? null : Number(text);
    if (value !== null && !(Number.isFinite(value) && NUMBER.test(text)))
      return problem(number, name, text, "write a number, or nothing for no answer");
    if (value !== null && positions && !positions.values.includes(value))
      return problem(number, name, text, positions.fix);
    values.push(value);
  }
  return { line: number, utcMs, values };
}

function problem(line: number, column: string, found: string, fix: string): CsvProblem {
  return { line, column, found: found.slice(0, FOUND_MAX_CHARS), fix };
}

/** RFC 4180 fields of one line. */
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    fields.push(quoted === undefined ? (plain ?? "").trim() : quoted.replaceAll('""', '"'));
  return fields;
}
