import type uPlot from "uplot";
import type { Level } from "../../api/contract.ts";
import type { BandStep } from "../view/baseline-band.ts";
import type { Stretch } from "../view/stretch.ts";
import { LEVEL_WORDS } from "../view/words.ts";
import type { Palette } from "./palette.ts";

/** Where an alert stands on the time axis. */
export interface AlertMark {
  readonly atMs: number;
  readonly level: Level;
}

const HATCH_PX = 7;

/** Hatches stretches of time over the whole height: 不明, unknown. */
export function drawUnknown(plot: uPlot, unknown: readonly Stretch[], palette: Palette): void {
  const { ctx, bbox } = plot;
  inside(plot, () => {
    for (const one of unknown) {
      const [left, right] = span(plot, one);
      hatch(ctx, left, bbox.top, right - left, bbox.height, palette);
    }
  });
}

/** Narrower stretches have no room for the word. */
const UNKNOWN_TEXT_PX = 76;

/** Writes 不明 into each stretch that has room for it, over the grid. */
export function nameUnknown(plot: uPlot, unknown: readonly Stretch[], palette: Palette): void {
  for (const one of unknown) {
    const [left, right] = span(plot, one);
    if (right - left > UNKNOWN_TEXT_PX * devicePixelRatio) writeUnknown(plot, (left + right) / 2, palette);
  }
}

function writeUnknown({ ctx, bbox }: uPlot, x: number, palette: Palette): void {
  const dot = devicePixelRatio;
  const y = bbox.top + bbox.height / 2;
  ctx.fillStyle = palette.surface;
  ctx.fillRect(x - 36 * dot, y - 10 * dot, 72 * dot, 20 * dot);
  ctx.fillStyle = palette.text;
  ctx.font = `${11 * dot}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText("不明 unknown", x, y);
}

/** Fills a box with the hatching that means unknown. */
export function hatch(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  palette: Palette,
): void {
  ctx.fillStyle = palette.hatchGround;
  ctx.fillRect(x, y, width, height);
  ctx.fillStyle = hatchPattern(ctx, palette) ?? palette.hatchGround;
  ctx.fillRect(x, y, width, height);
}

function hatchPattern(ctx: CanvasRenderingContext2D, palette: Palette): CanvasPattern | null {
  const size = Math.round(HATCH_PX * devicePixelRatio);
  const cell = document.createElement("canvas");
  cell.width = size;
  cell.height = size;
  const draw = cell.getContext("2d");
  if (draw === null) return null;
  draw.strokeStyle = palette.hatch;
  draw.lineWidth = devicePixelRatio;
  for (const shift of [-size, 0, size]) {
    draw.moveTo(shift, size);
    draw.lineTo(shift + size, 0);
  }
  draw.stroke();
  return ctx.createPattern(cell, "repeat");
}

/** The learned band behind the lines; dashed edges alone while it is still being learned. */
export function drawBand(
  plot: uPlot,
  steps: readonly BandStep[],
  isLearning: boolean,
  palette: Palette,
): void {
  const { ctx } = plot;
  inside(plot, () => {
    ctx.fillStyle = palette.band;
    for (const step of isLearning ? [] : steps) {
      const [left, right] = span(plot, step);
      const top = plot.valToPos(step.high, "y", true);
      ctx.fillRect(left, top, right - left, plot.valToPos(step.low, "y", true) - top);
    }
    ctx.strokeStyle = palette.bandEdge;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash(isLearning ? [4 * devicePixelRatio, 4 * devicePixelRatio] : []);
    for (const edge of ["low", "high"] as const) {
      ctx.beginPath();
      for (const step of steps) {
        const [left, right] = span(plot, step);
        const y = plot.valToPos(step[edge], "y", true);
        ctx.lineTo(left, y);
        ctx.lineTo(right, y);
      }
      ctx.stroke();
    }
  });
}

/** A line at each alert's event; with `isFlagged` the level's character stands at its head. */
export function drawAlerts(
  plot: uPlot,
  marks: readonly AlertMark[],
  isFlagged: boolean,
  palette: Palette,
): void {
  const { ctx, bbox } = plot;
  const dot = devicePixelRatio;
  inside(plot, () => {
    for (const mark of marks) {
      const x = Math.round(plot.valToPos(mark.atMs / 1000, "x", true));
      ctx.fillStyle = palette.levels[mark.level];
      ctx.fillRect(x - dot / 2, bbox.top, 1.5 * dot, bbox.height);
      if (!isFlagged) continue;
      const toLeft = x + 18 * dot > bbox.left + bbox.width;
      ctx.fillRect(toLeft ? x - 17 * dot : x, bbox.top, 17 * dot, 17 * dot);
      ctx.fillStyle = palette.surface;
      ctx.font = `600 ${11 * dot}px system-ui, sans-serif`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillText(LEVEL_WORDS[mark.level].zh, x + (toLeft ? -8.5 : 8.5) * dot, bbox.top + 9 * dot);
    }
  });
}

/** Left and right of a stretch in canvas pixels. */
export function span(plot: uPlot, one: Stretch): [number, number] {
  return [plot.valToPos(one.fromMs / 1000, "x", true), plot.valToPos(one.toMs / 1000, "x", true)];
}

/** Draws clipped to the plotting area, and leaves the canvas as it was. */
export function inside(plot: uPlot, draw: () => void): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.beginPath();
  draw();
  ctx.restore();
}
