import { escapeMarkup } from "@sealwatch/platform";
/** A line or a set of points in a plot; `label` is its legend. */
export interface Series {
  readonly label: string;
  readonly colour: string;
  readonly width: number;
  readonly points: readonly (readonly [
    x: number,
    y: number,
    spread?: readonly [low: number, high: number],
  ])[];
}

/** An axis from `from` to `to`; ticks are where a number is written. */
export interface Axis {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly log: boolean;
  readonly ticks: readonly (readonly [value: number, label: string])[];
}

const WIDTH = 760;
const HEIGHT = 360;
const LEFT = 70;
const RIGHT = 190;
const TOP = 16;
const BOTTOM = 46;

/** Series over two axes, as inline SVG. */
export function plot(x: Axis, y: Axis, series: readonly Series[]): string {
  const atX = (value: number) => round(LEFT + share(x, value) * (WIDTH - LEFT - RIGHT));
  const atY = (value: number) => round(HEIGHT - BOTTOM - share(y, value) * (HEIGHT - TOP - BOTTOM));
  const grid = [
    ...x.ticks.map(
      ([value, label]) =>
        `<line x1="${atX(value)}" x2="${atX(value)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" class="grid"/>` +
        `<text x="${atX(value)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${label}</text>`,
    ),
    ...y.ticks.map(
      ([value, label]) =>
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${atY(value)}" y2="${atY(value)}" class="grid"/>` +
        `<text x="${LEFT - 6}" y="${atY(value) + 4}" text-anchor="end">${label}</text>`,
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${x.title}</text>`,
    `<text x="14" y="${(TOP + HEIGHT - BOTTOM) / 2}" text-anchor="middle" transform="rotate(-90 14 ${(TOP + HEIGHT - BOTTOM) / 2})">${y.title}</text>`,
  ];
  const drawn = series.map(({ label, colour, width, points }, index) => {
    const path = points.map(([px, py]) => `${atX(px)},${atY(py)}`).join(" ");
    const marks = points
      .map(([px, py, spread]) => {
        const bar = spread
          ? `<line x1="${atX(px)}" x2="${atX(px)}" y1="${atY(spread[0])}" y2="${atY(spread[1])}" stroke="${colour}" stroke-opacity="0.5"/>`
          : "";
        return `${bar}<circle cx="${atX(px)}" cy="${atY(py)}" r="${width + 1}" fill="${colour}"/>`;
      })
      .join("");
    const legendY = TOP + 12 + index * 18;
    return (
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${width}"/>${marks}` +
      `<rect x="${WIDTH - RIGHT + 14}" y="${legendY - 8}" width="14" height="4" fill="${colour}"/>` +
      `<text x="${WIDTH - RIGHT + 34}" y="${legendY - 2}">${label}</text>`
    );
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${grid.join("")}${drawn.join("")}</svg>`;
}

/** What held at what time in one case; a row of a timeline. */
export interface TimelineRow {
  readonly label: string;
  /** Hours from the beginning. */
  readonly spans: readonly {
    readonly from: number;
    readonly to: number;
    readonly colour: string;
    readonly title: string;
  }[];
  readonly markAt: number | null;
}

const ROW = 11;

/** Cases below each other, hours to the right. */
export function timeline(rows: readonly TimelineRow[], hours: number): string {
  const height = rows.length * ROW + 24;
  const at = (hour: number) =>
    round(LEFT + (Math.min(hours, Math.max(0, hour)) / hours) * (WIDTH - LEFT - 10));
  const step = [1, 3, 6, 12, 24, 48, 120].find((size) => hours / size <= 12) ?? 240;
  const ticks = Array.from({ length: Math.floor(hours / step) + 1 }, (_, index) => index * step).map(
    (hour) =>
      `<line x1="${at(hour)}" x2="${at(hour)}" y1="0" y2="${height - 18}" class="grid"/>` +
      `<text x="${at(hour)}" y="${height - 4}" text-anchor="middle">${hour} h</text>`,
  );
  const drawn = rows.map(({ label, spans, markAt }, index) => {
    const top = index * ROW;
    const bars = spans.map(
      ({ from, to, colour, title }) =>
        `<rect x="${at(from)}" y="${top + 1}" width="${Math.max(1.5, round(at(to) - at(from)))}" height="${ROW - 3}" fill="${colour}"><title>${escapeMarkup(title)}</title></rect>`,
    );
    const mark =
      markAt === null
        ? ""
        : `<line x1="${at(markAt)}" x2="${at(markAt)}" y1="${top}" y2="${top + ROW - 1}" stroke="#111" stroke-width="1.5"/>`;
    return `<text x="${LEFT - 6}" y="${top + ROW - 3}" text-anchor="end">${label}</text>${bars.join("")}${mark}`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img">${ticks.join("")}${drawn.join("")}</svg>`;
}

function share({ from, to, log }: Axis, value: number): number {
  const position = log
    ? Math.log(Math.max(value, from) / from) / Math.log(to / from)
    : (value - from) / (to - from);
  return Math.min(1, Math.max(0, position));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
