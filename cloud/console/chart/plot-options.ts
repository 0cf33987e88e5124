import uPlot from "uplot";
import { timeTicks } from "../view/time-ticks.ts";
import type { Palette } from "./palette.ts";

/** What one pane's plot is made from; everything that changes with time is asked for while drawing. */
export interface PlotParts {
  readonly width: number;
  readonly height: number;
  readonly lines: number;
  readonly isLowest: boolean;
  readonly utcOffsetMin: number;
  readonly palette: Palette;
  /** The least that the value axis must reach to; null: the pane has no value axis. */
  topOf: (() => number) | null;
  under(plot: uPlot): void;
  over(plot: uPlot): void;
  onCursor(row: number | null, atMs: number | null): void;
  onSelect(fromMs: number, toMs: number): void;
  onDoubleClick(): void;
}

/** Below this width the plot is on a phone, and labels take less room. */
const NARROW_PX = 520;
const Y_AXIS_PX = 52;
const Y_AXIS_NARROW_PX = 40;
const X_AXIS_PX = 26;
const TICK_SPACE_PX = 66;
const FONT = "11px system-ui, sans-serif";

/** Panes of one page share their cursor. */
const SYNC_KEY = "console";

/** uPlot's options for one pane. Its side margins are the same for every pane, so that their times stand in line. */
function plotOptions(parts: PlotParts): uPlot.Options {
  return {
    width: parts.width,
    height: parts.height,
    padding: [6, 20, parts.isLowest ? 0 : 6, 0],
    legend: { show: false },
    cursor: {
      sync: { key: SYNC_KEY },
      drag: { x: true, y: false, setScale: false },
      points: { show: parts.topOf !== null, size: 6 },
      y: false,
      bind: {
        dblclick: () => () => {
          parts.onDoubleClick();
          return null;
        },
      },
    },
    scales: {
      x: { time: false, auto: false, range: (_plot, min, max) => [min, max] },
      y: { range: (_plot, min, max) => valueRange(min, max, parts.topOf?.() ?? 1) },
    },
    axes: [timeAxis(parts), valueAxis(parts)],
    series: [{}, ...lineSeries(parts)],
    bands: Array.from({ length: parts.lines }, (_, i) => ({
      series: [i * 3 + 2, i * 3 + 3] as [number, number],
      fill: parts.palette.spread,
    })),
    hooks: {
      drawClear: [parts.under],
      draw: [parts.over],
      setCursor: [
        (plot) => {
          const left = plot.cursor.left ?? -1;
          parts.onCursor(plot.cursor.idx ?? null, left < 0 ? null : plot.posToVal(left, "x") * 1000);
        },
      ],
      setSelect: [
        (plot) => {
          if (plot.select.width < 4) return;
          const fromMs = plot.posToVal(plot.select.left, "x") * 1000;
          const toMs = plot.posToVal(plot.select.left + plot.select.width, "x") * 1000;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          parts.onSelect(fromMs, toMs);
        },
      ],
    },
  };
}

function valueRange(min: number | null, max: number | null, top: number): [number, number] {
  const highest = Math.max(max ?? 0, top);
  return [Math.min(0, min ?? 0), highest > 0 ? highest * 1.1 : 1];
}

function lineSeries(parts: PlotParts): uPlot.Series[] {
  return Array.from({ length: parts.lines }).flatMap((_, i) => {
    const stroke = parts.palette.lines[i % parts.palette.lines.length] ?? parts.palette.text;
    const edge: uPlot.Series = { points: { show: false }, spanGaps: false };
    return [{ stroke, width: 1.25, points: { show: false }, spanGaps: false }, edge, edge];
  });
}

function timeAxis({ palette, isLowest, utcOffsetMin }: PlotParts): uPlot.Axis {
  const ticksOf = (plot: uPlot) => {
    const [min, max] = [plot.scales["x"]?.min ?? 0, plot.scales["x"]?.max ?? 0];
    const most = Math.max(2, Math.floor(plot.bbox.width / devicePixelRatio / TICK_SPACE_PX));
    return timeTicks(min * 1000, max * 1000, utcOffsetMin, most);
  };
  return {
    splits: (plot) => ticksOf(plot).map((tick) => tick.atMs / 1000),
    values: (plot) => (isLowest ? ticksOf(plot).map((tick) => tick.text) : []),
    size: isLowest ? X_AXIS_PX : 0,
    font: FONT,
    stroke: palette.text,
    gap: 6,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { show: false },
  };
}

function valueAxis({ palette, topOf, width }: PlotParts): uPlot.Axis {
  return {
    size: width < NARROW_PX ? Y_AXIS_NARROW_PX : Y_AXIS_PX,
    space: 34,
    font: FONT,
    stroke: palette.text,
    gap: 6,
    grid: { show: topOf !== null, stroke: palette.grid, width: 1 },
    ticks: { show: false },
    ...(topOf === null ? { values: () => [] } : {}),
  };
}

/** Makes a plot inside an element. */
export function makePlot(parts: PlotParts, data: uPlot.AlignedData, host: HTMLElement): uPlot {
  return new uPlot(plotOptions(parts), data, host);
}
