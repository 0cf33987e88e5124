import type { BacktestRequest } from "./backtest-command.ts";
import { momentSchema } from "./site-file.ts";

const TEXT = { type: "string" } as const;

/** The command line of a back-test, for parseArgs. */
export const BACKTEST_FLAGS = { site: TEXT, csv: TEXT, from: TEXT, to: TEXT } as const;

/** What the flags ask for. Throws TypeError when one is missing or no time. */
export function backtestRequest(flags: {
  readonly site?: string | undefined;
  readonly csv?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}): BacktestRequest {
  const { site, csv } = flags;
  if (site === undefined || csv === undefined)
    throw new TypeError("backtest needs --site SITE.yaml and --csv FILE.csv");
  return { site, csv, fromMs: moment("--from", flags.from), toMs: moment("--to", flags.to) };
}

function moment(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const parsed = momentSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new TypeError(`${flag} ${text}: ${parsed.error.issues[0]?.message ?? "is no time"}`);
}
