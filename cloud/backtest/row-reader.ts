import { createReadStream, statSync } from "node:fs";
import { cloudError } from "../errors.ts";
import { type CsvLine, fieldsOf } from "./csv-fields.ts";
import { csvLines } from "./csv-lines.ts";
import { type CsvHeader, type CsvProblem, type CsvRow, readHeader, readRow } from "./csv-rows.ts";

/** A file, what is wanted of it, and where its problems are told. */
export interface RowSource extends Pick<CsvHeader, "wanted" | "utcOffsetMin"> {
  readonly csv: string;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly complain: (text: string) => void;
  /** Called after each piece of the file with the share that is done. */
  readonly progress: (share: number) => void;
}

/** Bad rows that are named one by one; the rest are counted. */
const PROBLEMS_NAMED_MAX = 20;
const LINE_SHOWN_MAX_CHARS = 30;
const READ_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder: name a file",
  EACCES: "it may not be read: see its permissions",
};

/** Goes through the usable rows of a file in order of time; the others are named and counted. */
export class RowReader {
  /** Rows that cannot be used, and usable ones outside of the time that is asked for. */
  skipped = 0;
  outside = 0;
  /** The times of the first and last usable row, asked for or not. */
  firstMs: number | null = null;
  lastMs: number | null = null;
  readonly #source: RowSource;
  readonly #skippedBy = new Map<string, number>();
  #header: CsvHeader | null = null;
  #line = 0;

  constructor(source: RowSource) {
    this.#source = source;
  }

  /** Throws CSV_UNUSABLE where the file cannot be read, or has no header that will do. */
  async read(take: (row: CsvRow) => void): Promise<void> {
    const { csv, complain, progress } = this.#source;
    const stream = createReadStream(csv, "utf8");
    const bytes = statSync(csv, { throwIfNoEntry: false })?.size ?? 0;
    for await (const lines of csvLines(readable(stream, csv))) {
      for (const [index, fields] of fieldsOf(lines).entries())
        this.#take({ number: ++this.#line, text: lines[index] ?? "", fields }, take);
      if (bytes > 0) progress(stream.bytesRead / bytes);
    }
    if (!this.#header)
      throw cloudError("CSV_UNUSABLE", {
        file: csv,
        why: "it is empty: begin with a line such as time,power",
      });
    if (this.skipped > PROBLEMS_NAMED_MAX) {
      const columns = [...this.#skippedBy].map(([column, rows]) => `${column} ${rows}`).join(", ");
      complain(`${csv}: ${this.skipped} rows skipped in all, by column: ${columns}`);
    }
  }

  #take(line: CsvLine, take: (row: CsvRow) => void): void {
    const { csv, fromMs, toMs } = this.#source;
    if (line.text.trim() === "") return;
    if (!this.#header) {
      this.#header = readHeader(line, this.#source, csv);
      return;
    }
    const row = readRow(line, this.#header);
    if (!("utcMs" in row)) this.#skip(row);
    else if (row.utcMs <= (this.lastMs ?? Number.NEGATIVE_INFINITY))
      this.#skip({
        line: line.number,
        column: "time",
        found: line.text.slice(0, LINE_SHOWN_MAX_CHARS),
        fix: "sort the rows by time, each once",
      });
    else {
      this.firstMs ??= row.utcMs;
      this.lastMs = row.utcMs;
      if ((fromMs !== null && row.utcMs < fromMs) || (toMs !== null && row.utcMs > toMs)) this.outside++;
      else take(row);
    }
  }

  #skip({ line, column, found, fix }: CsvProblem): void {
    const { csv, complain } = this.#source;
    this.#skippedBy.set(column, (this.#skippedBy.get(column) ?? 0) + 1);
    if (++this.skipped <= PROBLEMS_NAMED_MAX)
      complain(`${csv}:${line}: ${column}: ${fix} (found ${JSON.stringify(found)}); row skipped`);
  }
}

async function* readable(stream: AsyncIterable<string>, file: string): AsyncGenerator<string> {
  try {
    yield* stream;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    throw cloudError("CSV_UNUSABLE", { file, why: READ_FAULTS[code] ?? `it cannot be read: ${code}` }, cause);
  }
}
