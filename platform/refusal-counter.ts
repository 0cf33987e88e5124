import type { Logger } from "./log.ts";

/** Sources of one reason that are logged; the rest are only counted, so that a flood for one reason hides no other reason. */
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
  const seen = new Map<string, Set<string>>();
  return {
    refuse(reason, source, details) {
      totals.set(reason, (totals.get(reason) ?? 0) + 1);
      const sources = seen.get(reason) ?? new Set();
      if (sources.has(source) || sources.size >= SOURCES_MAX) return;
      seen.set(reason, sources.add(source));
      log.warn({ reason, source, ...details }, "refused; more of the same from this source is only counted");
    },
    totals: () => Object.fromEntries(totals),
  };
}
