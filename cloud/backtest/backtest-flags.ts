import type { BacktestRequest } from "./backtest-command.ts";
import { MOMENT_FIX, momentOf } from "./moment.ts";

const TEXT = { type: "string" } as const;

/** The command line of a back-test, for parseArgs. */
export const BACKTEST_FLAGS = { site: TEXT, csv: TEXT, from: TEXT, to: TEXT } as const;

interface BacktestFlags {
  readonly site?: string | undefined;
  readonly csv?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What the flags ask for. Throws TypeError when one is missing or no time, or something stands beside them. */
export function backtestRequest(flags: BacktestFlags, others: readonly string[]): BacktestRequest {
  if (others.length > 0)
    throw new TypeError(`backtest takes flags alone, and one CSV file: remove ${others.join(" ")}`);
  const { site, csv } = flags;
  if (site === undefined || csv === undefined)
    throw new TypeError("backtest needs --site SITE.yaml and --csv FILE.csv");
  return { site, csv, from: moment("--from", flags.from), to: moment("--to", flags.to) };
}

function moment(flag: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  if (momentOf(text, 0) !== null) return text;
  throw new TypeError(`${flag} ${text}: ${MOMENT_FIX}`);
}
