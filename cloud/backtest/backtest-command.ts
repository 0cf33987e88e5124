import { createReadStream, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { loadConfigFile } from "@sealwatch/platform";
import { cloudError } from "../errors.ts";
import { Backtest } from "./backtest.ts";
import { type CsvHeader, type CsvProblem, type CsvRow, readHeader, readRow } from "./csv-rows.ts";
import { siteFileSchema } from "./site-file.ts";

/** What the command is asked: files, and the part of the data to look at. */
export interface BacktestRequest {
  readonly site: string;
  readonly csv: string;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** Where the command writes, and how it knows the time that it took. */
export interface BacktestOutput {
  readonly line: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Called now and then with the share of the file that is done. */
  readonly progress: (share: number) => void;
  readonly monotonicMs: () => number;
}

/** Bad rows that are named one by one; the rest are counted. */
const PROBLEMS_NAMED_MAX = 20;
const PROGRESS_EVERY_ROWS = 20_000;

/** Runs a CSV file through the live code. Throws CONFIG_INVALID, CONFIG_UNREADABLE or CSV_UNUSABLE. */
export async function runBacktest(request: BacktestRequest, output: BacktestOutput): Promise<void> {
  const site = loadConfigFile(request.site, siteFileSchema);
  const startedMs = output.monotonicMs();
  const reader = new RowReader(request, Object.keys(site.channels), output);
  let backtest: Backtest | null = null;
  let waiting: CsvRow | null = null;
  for await (const row of reader.rows()) {
    if (!backtest && !waiting) {
      waiting = row;
      continue;
    }
    if (!backtest) {
      backtest = new Backtest(site, row.utcMs - (waiting?.utcMs ?? row.utcMs), (line) =>
        output.line(JSON.stringify(line)),
      );
      if (waiting) backtest.take(waiting);
    }
    backtest.take(row);
  }
  if (!backtest)
    throw cloudError("CSV_UNUSABLE", { file: request.csv, why: "it has fewer than two usable rows" });
  const { verdict, rows } = backtest.finish();
  const seconds = Math.round(output.monotonicMs() - startedMs) / 1_000;
  output.line(
    JSON.stringify({
      type: "summary",
      rows,
      skipped: reader.skipped,
      verdict: verdict.verdict,
      level: verdict.level,
      alerts: verdict.episodes.length,
      seconds,
    }),
  );
}

/** The usable rows of a file, in order of time; the others are named and counted. */
class RowReader {
  readonly #request: BacktestRequest;
  readonly #columns: readonly string[];
  readonly #output: BacktestOutput;
  skipped = 0;

  constructor(request: BacktestRequest, columns: readonly string[], output: BacktestOutput) {
    this.#request = request;
    this.#columns = columns;
    this.#output = output;
  }

  async *rows(): AsyncGenerator<CsvRow> {
    const { csv, fromMs, toMs } = this.#request;
    const bytes = sizeOf(csv);
    const stream = createReadStream(csv);
    let header: CsvHeader | null = null;
    let number = 0;
    let lastMs = Number.NEGATIVE_INFINITY;
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (number % PROGRESS_EVERY_ROWS === 0) this.#output.progress(stream.bytesRead / bytes);
      if (line === "") continue;
      if (!header) {
        header = readHeader(line, this.#columns, csv);
        continue;
      }
      const row = readRow(line, number, header);
      if (!("utcMs" in row)) this.#skip(row);
      else if ((fromMs !== null && row.utcMs < fromMs) || (toMs !== null && row.utcMs > toMs)) continue;
      else if (row.utcMs <= lastMs)
        this.#skip({
          line: number,
          column: "time",
          found: line.slice(0, 30),
          fix: "sort the rows by time, each once",
        });
      else {
        lastMs = row.utcMs;
        yield row;
      }
    }
    if (this.skipped > PROBLEMS_NAMED_MAX)
      this.#output.complain(`${csv}: ${this.skipped} rows skipped in all`);
  }

  #skip({ line, column, found, fix }: CsvProblem): void {
    this.skipped++;
    if (this.skipped <= PROBLEMS_NAMED_MAX)
      this.#output.complain(
        `${this.#request.csv}:${line}: ${column}: ${fix} (found ${JSON.stringify(found)}); row skipped`,
      );
  }
}

function sizeOf(file: string): number {
  try {
    return Math.max(1, statSync(file).size);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "it cannot be read";
    throw cloudError("CSV_UNUSABLE", { file, why }, cause);
  }
}
