import type { Logger } from "./log.ts";

/** Distinct (reason, source) pairs remembered; past it they are counted together under "other". */
const SOURCES_MAX = 1000;

/** Counts what was refused, and logs each reason once a source, so that garbage cannot flood the log. */
export interface RefusalCounter {
  /** Counts one refusal; `source` names who sent it. */
  refuse(reason: string, source: string, details?: object): void;
  /** Totals by reason. */
  totals(): Readonly<Record<string, number>>;
}

/** A counter that writes to `log`. */
export function refusalCounter(log: Logger): RefusalCounter {
  const totals = new Map<string, number>();
  const seen = new Set<string>();
  return {
    refuse(reason, source, details) {
      totals.set(reason, (totals.get(reason) ?? 0) + 1);
      const key = `${reason} ${source}`;
      if (seen.has(key) || seen.size >= SOURCES_MAX) return;
      seen.add(key);
      log.warn({ reason, source, ...details }, "refused; more of the same from this source is only counted");
    },
    totals: () => Object.fromEntries(totals),
  };
}
