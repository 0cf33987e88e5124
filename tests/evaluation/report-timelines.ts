import { escapeMarkup } from "@sealwatch/platform";
import type { Evaluation } from "./evaluate.ts";
import { WATCH_FROM_MS } from "./learned-site.ts";
import type { RunOutcome } from "./runs.ts";
import { type TimelineRow, timeline } from "./svg-plot.ts";

const HOUR_MS = 3_600_000;
/** Cases drawn of each scenario. */
const CASES_MAX = 100;
const COLOURS: Readonly<Record<string, string>> = {
  blue: "#2f6fb2",
  yellow: "#e8c22a",
  orange: "#ee7d1a",
  red: "#c8102e",
};

/** For each scenario a drawing with one row a site: which level was shown from when to when, and why. */
export function caseTimelines({ scenarios, quiet, restarts }: Evaluation): string {
  return scenarios
    .map(({ name, title, truth }) => {
      const runs = [...quiet, ...restarts].filter(({ scenario }) => scenario === name).slice(0, CASES_MAX);
      const hours = Math.max(...runs.map(({ days }) => days * 24));
      const rows = runs.map((run) => rowOf(run));
      const kind = truth.restart ? "复产 restart" : "平静 quiet";
      return `<details${name === "pump-2-percent" ? " open" : ""}><summary>${escapeMarkup(title.zh)} ${escapeMarkup(title.en)} <small>${name}, ${kind}</small></summary>${timeline(rows, hours)}</details>`;
    })
    .join("\n");
}

function rowOf({ seed, episodes, restartMs, days }: RunOutcome): TimelineRow {
  const hourOf = (utcMs: number) => (utcMs - WATCH_FROM_MS) / HOUR_MS;
  const spans = episodes.flatMap(({ history, closedAtMs, sentence }) =>
    history.map(({ atMs, level }, index) => ({
      from: hourOf(atMs),
      to: Math.min(days * 24, hourOf(history[index + 1]?.atMs ?? closedAtMs ?? Number.POSITIVE_INFINITY)),
      colour: COLOURS[level] ?? "#999",
      title: `${level}: ${sentence.zh} / ${sentence.en}`,
    })),
  );
  return { label: `#${seed}`, spans, markAt: restartMs === null ? null : hourOf(restartMs) };
}
