import { cloudError } from "../errors.ts";
import { type CsvLine, QUOTES_FIX } from "./csv-fields.ts";
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

/** Where the columns of interest stand in each row, and the names of all columns. */
export interface CsvHeader {
  readonly wanted: readonly WantedColumn[];
  readonly places: readonly number[];
  readonly names: readonly string[];
  /** Of times that have no zone. */
  readonly utcOffsetMin: number;
}

const FOUND_MAX_CHARS = 40;
const NAMES_SHOWN_MAX_CHARS = 200;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const LINE_FIX = `write at most ${LINE_MAX_CHARS} characters a line`;

/** Reads the header line. Throws CSV_UNUSABLE when it does not begin with time, or lacks or repeats a wanted column. */
export function readHeader(
  line: CsvLine,
  { wanted, utcOffsetMin }: Pick<CsvHeader, "wanted" | "utcOffsetMin">,
  file: string,
): CsvHeader {
  const names = "badField" in line.fields ? [] : line.fields.map((name) => name.trim());
  const why = separationProblem(line) ?? namesProblem(names, wanted);
  if (why !== null) throw cloudError("CSV_UNUSABLE", { file, why: `line ${line.number}: ${why}` });
  const places = wanted.map(({ name }) => names.indexOf(name));
  return { wanted, places, names, utcOffsetMin };
}

function separationProblem({ text, fields }: CsvLine): string | null {
  const found = `(found ${JSON.stringify(text.slice(0, FOUND_MAX_CHARS))})`;
  if (text.length > LINE_MAX_CHARS) return LINE_FIX;
  if (/[\0\uFFFD]/.test(text)) return "it is not UTF-8: save the file as CSV in UTF-8";
  const isOther = "badField" in fields ? /"[;\t]/.test(text) : fields.length === 1 && /[;\t]/.test(text);
  if (isOther) return `it separates by semicolons or tabs, not by commas ${found}`;
  return "badField" in fields ? `${QUOTES_FIX} ${found}` : null;
}

function namesProblem(names: readonly string[], wanted: readonly WantedColumn[]): string | null {
  if (names[0] !== "time") {
    const found = JSON.stringify((names[0] ?? "").slice(0, FOUND_MAX_CHARS));
    return `the first column must be time, name it so (found ${found})`;
  }
  const missing = wanted.filter(({ name }) => !names.includes(name));
  if (missing.length > 0) {
    const lacks = missing.map(({ name }) => name).join(", ");
    return `the header lacks ${lacks}, which SITE.yaml names; it has ${names.slice(1).join(", ").slice(0, NAMES_SHOWN_MAX_CHARS)}`;
  }
  const twice = wanted.filter(({ name }) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice.length > 0)
    return `the header has ${twice.map(({ name }) => name).join(", ")} more than once; rename all but one`;
  return null;
}

/** Takes one line for a row, or says what is wrong with it. */
export function readRow({ number, text: line, fields }: CsvLine, header: CsvHeader): CsvRow | CsvProblem {
  if (line.length > LINE_MAX_CHARS) return problem(number, "line", line, LINE_FIX);
  if ("badField" in fields) return problem(number, header.names[fields.badField] || "line", line, QUOTES_FIX);
  const time = fields[0]?.trim() ?? "";
  const utcMs = momentOf(time, header.utcOffsetMin);
  if (utcMs === null) return problem(number, "time", time, MOMENT_FIX);
  const width = header.names.length;
  if (fields.length > width && fields.slice(width).some((field) => field.trim() !== ""))
    return problem(number, "line", line, `write ${width} fields as the header does, numbers without commas`);
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
