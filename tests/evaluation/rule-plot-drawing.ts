import type { FindingRecord } from "@sealwatch/cloud";
import { escapeMarkup } from "@sealwatch/platform";
import { dailyShare } from "./daily-share.ts";
import type { SeriesPoint } from "./recorded-series.ts";
import type { PlottedCase } from "./rule-plot-case.ts";
import type { RulePlotSpec } from "./rule-plot-specs.ts";

type Panel = RulePlotSpec["panels"][number];

const WIDTH = 860;
const LEFT = 62;
const RIGHT = 16;
const TITLE = 34;
const PANEL = 190;
const GAP = 26;
const ROW = 22;
const POINTS_MAX = 700;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const LEVELS: Readonly<Record<string, string>> = {
  blue: "#2f6fb2",
  yellow: "#e8c22a",
  orange: "#ee7d1a",
  red: "#c8102e",
};

/** A plot of a rule: what was recorded, what was expected, what the rule found and which level the site had. */
export function drawRulePlot(
  { title, panels, rules }: Pick<RulePlotSpec, "title" | "panels" | "rules">,
  shown: PlottedCase,
): string {
  const { fromMs, toMs } = shown;
  const atX = (utcMs: number): number =>
    round(LEFT + ((clamp(utcMs, fromMs, toMs) - fromMs) / (toMs - fromMs)) * (WIDTH - LEFT - RIGHT));
  const bottom = TITLE + panels.length * (PANEL + GAP);
  const rows = [...rules.map((rule) => ruleRow(rule, shown)), levelRow(shown)];
  const height = bottom + rows.length * ROW + 30;
  const parts = [
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="${LEFT}" y="20" font-size="15" font-weight="600">${escapeMarkup(title)}</text>`,
    ...nights(shown, atX, bottom),
    ...timeTicks(shown, atX, bottom, height),
    ...panels.map((panel, index) => drawPanel(panel, TITLE + index * (PANEL + GAP), shown, atX)),
    ...restartMark(shown, atX, bottom),
    ...rows.map(({ label, spans }, index) => drawRow(label, spans, bottom + index * ROW, atX)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif" font-size="11" fill="#222" role="img" aria-label="${escapeMarkup(title)}">\n<title>${escapeMarkup(title)}</title>\n<desc>${escapeMarkup(JSON.stringify(marksOf(rules, shown)))}</desc>\n${parts.join("\n")}\n</svg>\n`;
}

/** What the rules of a plot found first, in hours from its beginning: what a plot that is out of date disagrees about. */
export function marksOf(rules: readonly string[], { findings, fromMs }: PlottedCase) {
  return rules.map((rule) => {
    const own = findings.filter((finding) => finding.rule === rule && finding.atMs >= fromMs);
    const first = own[0];
    return {
      rule,
      strongest: own.some(({ strength }) => strength === "strong") ? "strong" : first ? "weak" : "none",
      hours: first ? Math.round(((first.atMs - fromMs) / HOUR_MS) * 10) / 10 : null,
    };
  });
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly colour: string;
  readonly title: string;
}

/** Each finding from when it opened to when it cleared, in the colour of how strong it was then. */
function ruleRow(rule: string, { findings, toMs }: PlottedCase): { label: string; spans: Span[] } {
  const byKey = new Map<string, FindingRecord[]>();
  for (const finding of findings) {
    if (finding.rule === rule) byKey.set(finding.key, [...(byKey.get(finding.key) ?? []), finding]);
  }
  const spans = [...byKey.values()].flatMap((records) =>
    records.flatMap((record, index) => {
      if (record.phase === "cleared") return [];
      const until = records[index + 1]?.atMs ?? toMs;
      return [{ fromMs: record.atMs, toMs: until, colour: colourOf(record), title: record.text.zh }];
    }),
  );
  return { label: `规则 rule ${rule}`, spans };
}

function colourOf({ evidence, conclusive, strength }: FindingRecord): string {
  const level =
    evidence === "silence" ? "blue" : conclusive ? "red" : strength === "strong" ? "orange" : "yellow";
  return LEVELS[level] ?? "#999";
}

function levelRow({ episodes, toMs }: PlottedCase): { label: string; spans: Span[] } {
  const spans = episodes.flatMap(({ history, closedAtMs, sentence }) =>
    history.flatMap(({ atMs, level }, index) => {
      const until = history[index + 1]?.atMs ?? closedAtMs ?? toMs;
      const colour = LEVELS[level];
      return colour ? [{ fromMs: atMs, toMs: until, colour, title: sentence.zh }] : [];
    }),
  );
  return { label: "等级 level", spans };
}

function drawRow(label: string, spans: readonly Span[], top: number, atX: (utcMs: number) => number): string {
  const bars = spans.flatMap(({ fromMs, toMs, colour, title }) => {
    const [x, end] = [atX(fromMs), atX(toMs)];
    if (end <= LEFT || x >= WIDTH - RIGHT) return [];
    return `<rect x="${x}" y="${top + 13}" width="${Math.max(2, round(end - x))}" height="7" fill="${colour}"><title>${escapeMarkup(title)}</title></rect>`;
  });
  return `<text x="${LEFT}" y="${top + 10}" font-size="10">${label}</text>${bars.join("")}`;
}

function drawPanel(panel: Panel, top: number, shown: PlottedCase, atX: (utcMs: number) => number): string {
  const { fromMs, toMs } = shown;
  const drawn = panel.lines.map((line) => {
    const points = pointsOf(line, shown).filter(([utcMs]) => utcMs >= fromMs && utcMs <= toMs);
    const isSteps = line.point.startsWith("di") || line.shareOf !== undefined;
    const binMs = isSteps ? 1 : Math.max(1, (toMs - fromMs) / POINTS_MAX);
    return {
      ...line,
      points: thinned(points, binMs).map(
        ([at, value]) => [at, value === null ? null : value / panel.per] as const,
      ),
    };
  });
  const band = panel.withBaseline ? bandOf(shown, panel.per) : [];
  const values = [
    ...drawn.flatMap(({ points }) => points.flatMap(([, value]) => value ?? [])),
    ...band.flatMap(({ low, high }) => [low, high]),
    ...(panel.limit ? [panel.limit.value] : []),
  ];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isFlat = panel.unit === "m³";
  const from = isFlat ? least - 0.02 : Math.min(0, least);
  const to = from + (most - from || 1) * 1.1;
  const atY = (value: number): number =>
    round(top + PANEL - ((clamp(value, from, to) - from) / (to - from)) * PANEL);
  const ticks = ticksOf(from, to).map(
    ([value, label]) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${atY(value)}" y2="${atY(value)}" stroke="#ddd"/><text x="${LEFT - 5}" y="${atY(value) + 4}" text-anchor="end">${label}</text>`,
  );
  const bandPath = band.map(({ atMs, high }) => `${atX(atMs)},${atY(high)}`);
  const backPath = band.toReversed().map(({ atMs, low }) => `${atX(atMs)},${atY(low)}`);
  const baseline =
    band.length === 0
      ? ""
      : `<polygon points="${[...bandPath, ...backPath].join(" ")}" fill="#7aa874" fill-opacity="0.28"/><polyline points="${band.map(({ atMs, mid }) => `${atX(atMs)},${atY(mid)}`).join(" ")}" fill="none" stroke="#4c7a46" stroke-dasharray="4 3"/>`;
  const limit = panel.limit
    ? `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${atY(panel.limit.value)}" y2="${atY(panel.limit.value)}" stroke="#c8102e" stroke-dasharray="6 4"/><text x="${WIDTH - RIGHT - 4}" y="${atY(panel.limit.value) - 4}" text-anchor="end" fill="#c8102e">${panel.limit.label}</text>`
    : "";
  const lines = drawn.map(({ points, colour }) => brokenLine(points, colour, atX, atY));
  const names = [
    ...panel.lines,
    ...(band.length > 0 ? [{ label: "封停基线 sealed baseline", colour: "#4c7a46" }] : []),
  ];
  let legendX = LEFT + 8;
  const legend = names.map(({ label, colour }) => {
    const text = `<rect x="${legendX}" y="${top + 4}" width="12" height="4" fill="${colour}"/><text x="${legendX + 16}" y="${top + 10}">${label}</text>`;
    legendX += 34 + 8 * [...label].length;
    return text;
  });
  return [
    `<rect x="${LEFT}" y="${top}" width="${WIDTH - LEFT - RIGHT}" height="${PANEL}" fill="none" stroke="#bbb"/>`,
    ...ticks,
    baseline,
    limit,
    ...lines,
    ...legend,
    `<text x="6" y="${top - 6}" font-size="10">${panel.unit}</text>`,
  ].join("\n");
}

function pointsOf(
  { device, point, shareOf }: Panel["lines"][number],
  { series, utcOffsetMin }: PlottedCase,
): readonly SeriesPoint[] {
  const own = series.of(device, point);
  if (shareOf === undefined) return own;
  return dailyShare(own, series.of(shareOf, point), utcOffsetMin * MINUTE_MS);
}

/** The baseline hour by hour, in the panel's unit. */
function bandOf({ baseline, fromMs, toMs, utcOffsetMin }: PlottedCase, per: number) {
  if (!baseline) return [];
  const unitW = per === 1_000 ? 1_000 : 1;
  const count = Math.ceil((toMs - fromMs) / (HOUR_MS / 2));
  return Array.from({ length: count + 1 }, (_, index) => {
    const atMs = fromMs + (index * HOUR_MS) / 2;
    const hour = Math.floor((atMs + utcOffsetMin * MINUTE_MS) / HOUR_MS) % 24;
    const { mid = 0, low = 0, high = 0 } = baseline.hours[hour] ?? {};
    return { atMs, mid: mid / unitW, low: Math.max(0, low / unitW), high: high / unitW };
  });
}

/** Means over bins, so that no plot is larger than it need be; where nothing answered the line breaks. */
function thinned(points: readonly SeriesPoint[], binMs: number): SeriesPoint[] {
  const bins = new Map<number, { atMs: number; n: number; sum: number }>();
  for (const [utcMs, value] of points) {
    const key = Math.floor(utcMs / binMs);
    const bin = bins.get(key) ?? { atMs: utcMs, n: 0, sum: 0 };
    bins.set(key, value === null ? bin : { atMs: utcMs, n: bin.n + 1, sum: bin.sum + value });
  }
  return [...bins.values()].map(({ atMs, n, sum }) => [atMs, n > 0 ? sum / n : null]);
}

function brokenLine(
  points: readonly SeriesPoint[],
  colour: string,
  atX: (utcMs: number) => number,
  atY: (value: number) => number,
): string {
  const runs: string[][] = [[]];
  for (const [at, value] of points) {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push(`${atX(at)},${atY(value)}`);
  }
  return runs
    .filter((run) => run.length > 0)
    .map((run) => `<polyline points="${run.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.3"/>`)
    .join("");
}

function nights(
  { fromMs, toMs, utcOffsetMin }: PlottedCase,
  atX: (utcMs: number) => number,
  bottom: number,
): string[] {
  const offsetMs = utcOffsetMin * MINUTE_MS;
  const firstDay = Math.floor((fromMs + offsetMs) / DAY_MS) - 1;
  const shown: string[] = [];
  for (let day = firstDay; day * DAY_MS - offsetMs < toMs; day++) {
    const nightMs = day * DAY_MS + 22 * HOUR_MS - offsetMs;
    const [x, end] = [atX(nightMs), atX(nightMs + 8 * HOUR_MS)];
    if (end > x)
      shown.push(
        `<rect x="${x}" y="${TITLE}" width="${round(end - x)}" height="${bottom - TITLE - GAP}" fill="#20304a" fill-opacity="0.07"/>`,
      );
  }
  return shown;
}

function restartMark(
  { restartMs, fromMs, toMs }: PlottedCase,
  atX: (utcMs: number) => number,
  bottom: number,
): string[] {
  if (restartMs === null || restartMs < fromMs || restartMs > toMs) return [];
  const x = atX(restartMs);
  return [
    `<line x1="${x}" x2="${x}" y1="${TITLE}" y2="${bottom - GAP}" stroke="#111" stroke-width="1.2" stroke-dasharray="2 3"/>`,
    `<text x="${x}" y="${bottom - GAP + 13}" text-anchor="middle" font-size="10">变化 change</text>`,
  ];
}

function timeTicks(
  { fromMs, toMs, utcOffsetMin }: PlottedCase,
  atX: (utcMs: number) => number,
  bottom: number,
  height: number,
): string[] {
  const offsetMs = utcOffsetMin * MINUTE_MS;
  const hours = (toMs - fromMs) / HOUR_MS;
  const step = [0.25, 0.5, 1, 2, 3, 6, 12, 24, 48].find((size) => hours / size <= 10) ?? 96;
  const ticks = [
    `<text x="${WIDTH - RIGHT}" y="${height - 22}" text-anchor="end" font-size="9" fill="#777">当地时间 local time</text>`,
  ];
  for (
    let at = Math.ceil((fromMs + offsetMs) / (step * HOUR_MS)) * step * HOUR_MS;
    at <= toMs + offsetMs;
    at += step * HOUR_MS
  ) {
    const text = new Date(at).toISOString();
    const label = step >= 24 ? text.slice(5, 10) : text.slice(11, 16);
    const x = atX(at - offsetMs);
    ticks.push(
      `<line x1="${x}" x2="${x}" y1="${TITLE}" y2="${bottom - GAP}" stroke="#eee"/><text x="${x}" y="${height - 10}" text-anchor="middle">${label}</text>`,
    );
  }
  return ticks;
}

function ticksOf(from: number, to: number): [number, string][] {
  const rough = (to - from) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (step / power === 2.5 ? 1 : 0));
  const ticks: [number, string][] = [];
  for (let value = Math.ceil(from / step) * step; value <= to; value += step)
    ticks.push([value, value.toFixed(digits)]);
  return ticks;
}

function clamp(value: number, from: number, to: number): number {
  return Math.min(to, Math.max(from, value));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
