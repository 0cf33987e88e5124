import type uPlot from "uplot";
import type { Lane } from "../view/chart-panes.ts";
import { hatch, inside, span } from "./draw-overlays.ts";
import type { Palette } from "./palette.ts";

/** Height of one contact's lane, in CSS pixels: a line of text, and the strip under it. */
export const LANE_PX = 32;
const TEXT_PX = 16;
const STRIP_PX = 10;

/** Each contact as a strip: a thin line while normal, filled while abnormal, hatched while unknown. */
export function drawLanes(plot: uPlot, lanes: readonly Lane[], palette: Palette): void {
  inside(plot, () => {
    lanes.forEach((lane, i) => {
      drawLane(plot, lane, plot.bbox.top + i * LANE_PX * devicePixelRatio, palette);
    });
  });
}

function drawLane(plot: uPlot, lane: Lane, top: number, palette: Palette): void {
  const { ctx, bbox } = plot;
  const dot = devicePixelRatio;
  ctx.font = `${11 * dot}px system-ui, sans-serif`;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillStyle = palette.text;
  ctx.fillText(lane.label, bbox.left + 4 * dot, top + 9 * dot);
  const strip = top + TEXT_PX * dot;
  const height = STRIP_PX * dot;
  for (const one of lane.stretches) {
    const [left, right] = span(plot, one);
    // However short an opening was, it stays visible.
    const width = Math.max(right - left, 2 * dot);
    if (one.state === "unknown") hatch(ctx, left, strip, width, height, palette);
    else if (one.state === "abnormal") {
      ctx.fillStyle = palette.abnormal;
      ctx.fillRect(left, strip, width, height);
    } else {
      ctx.fillStyle = palette.normal;
      ctx.fillRect(left, strip + height / 2 - dot, right - left, 2 * dot);
    }
  }
}
