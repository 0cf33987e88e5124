import { cloudError } from "../errors.ts";
import { Backtest } from "./backtest.ts";
import type { WantedColumn } from "./csv-rows.ts";
import { momentOf } from "./moment.ts";
import { RowReader } from "./row-reader.ts";
import { cutsUnseen, loadSiteFile, type SiteFile } from "./site-file.ts";

/** What the command is asked: files, and the part of the data to look at, as moments that a person writes. */
export interface BacktestRequest {
  readonly site: string;
  readonly csv: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** Where the command writes, and how it knows the time that it took. */
export interface BacktestOutput {
  readonly line: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Once it takes long, called now and then with the share of the file that is done; 1 at the end. */
  readonly progress: (share: number) => void;
  readonly monotonicMs: () => number;
}

/** Progress of what takes longer than this is shown. */
const SHOWN_AFTER_MS = 2_000;
/** A counter falls when it is replaced; one that falls more often than in this share of the rows counts nothing. */
const FALLS_MAX_SHARE = 0.01;

const POSITIONS = {
  contact: { values: [0, 1], fix: "write 1 for closed or 0 for open" },
  "seal-loop": { values: [0, 1, 2, 3], fix: "write 0 open, 1 closed, 2 cut or 3 shorted" },
} as const;

/** Runs a CSV file through the live code. Throws CONFIG_INVALID, CONFIG_UNREADABLE, CSV_UNUSABLE, or TypeError for --to before --from. */
export async function runBacktest(request: BacktestRequest, output: BacktestOutput): Promise<void> {
  const site = loadSiteFile(request.site);
  const { utcOffsetMin } = site;
  const startedMs = output.monotonicMs();
  for (const { index, feeder } of cutsUnseen(site))
    output.complain(
      `${request.site}: declaredCut[${index}].feeder: no channel has the feeder ${feeder}, so nothing can be told of it`,
    );
  const reader = new RowReader({
    ...spanOf(request, utcOffsetMin),
    csv: request.csv,
    wanted: wantedOf(site),
    utcOffsetMin,
    complain: output.complain,
    progress: (share) => {
      if (output.monotonicMs() - startedMs > SHOWN_AFTER_MS) output.progress(share);
    },
  });
  const backtest = new Backtest(site, (line) => output.line(JSON.stringify(line)));
  await reader.read((row) => backtest.take(row));
  const told = backtest.finish();
  if (!told) throw cloudError("CSV_UNUSABLE", { file: request.csv, why: tooFewRows(reader) });
  const { values, summary } = told;
  const empty = Object.keys(site.channels).filter((_, index) => (values[index] ?? 0) === 0);
  if (empty.length === values.length)
    throw cloudError("CSV_UNUSABLE", { file: request.csv, why: "every field that SITE.yaml names is empty" });
  if (empty.length > 0) output.complain(`${request.csv}: no row has a value of ${empty.join(", ")}`);
  for (const { name, times } of told.falls)
    if (times > FALLS_MAX_SHARE * summary.rows)
      output.complain(
        `${request.csv}: ${name} fell ${times} times, which a register does not; where a row has the energy of its interval, write its mean power and declare active-power`,
      );
  if (!told.isAccepted) output.complain(`${request.site}: ${whyNotAccepted(site, reader)}`);
  const seconds = Math.round(output.monotonicMs() - startedMs) / 1_000;
  output.line(
    JSON.stringify({
      type: "summary",
      ...summary,
      skipped: reader.skipped,
      outside: reader.outside,
      seconds,
    }),
  );
}

function spanOf({ from, to }: BacktestRequest, utcOffsetMin: number) {
  const [fromMs, toMs] = [from, to].map((text) => (text === null ? null : momentOf(text, utcOffsetMin)));
  if (typeof fromMs === "number" && typeof toMs === "number" && toMs < fromMs)
    throw new TypeError(`--to ${to} is before --from ${from}: write a later one`);
  return { fromMs: fromMs ?? null, toMs: toMs ?? null };
}

function wantedOf({ channels }: SiteFile): WantedColumn[] {
  return Object.entries(channels).map(([name, { kind }]) => ({
    name,
    positions: kind === "contact" || kind === "seal-loop" ? POSITIONS[kind] : undefined,
  }));
}

function tooFewRows(reader: RowReader): string {
  const skipped = reader.skipped > 0 ? `, ${reader.skipped} were skipped` : "";
  const outside =
    reader.outside > 0 ? `, ${reader.outside} lie outside --from and --to (${rowsOf(reader)})` : "";
  return `it has fewer than two usable rows${skipped}${outside}`;
}

function whyNotAccepted({ learning }: SiteFile, reader: RowReader): string {
  if (!learning)
    return "learning: write its from and to; without it no baseline is accepted, and it stays learning";
  const [from, to] = [iso(learning.from), iso(learning.to)];
  return `learning: from ${from} to ${to} the power had too few days of values to accept (${rowsOf(reader)}); it stays learning`;
}

function rowsOf({ firstMs, lastMs }: RowReader): string {
  return `rows are from ${iso(firstMs ?? 0)} to ${iso(lastMs ?? 0)}`;
}

function iso(utcMs: number): string {
  return new Date(utcMs).toISOString();
}
