import type { ChartView, GatewayView } from "../../api/contract.ts";
import { gatewayState, recordedTo } from "./gateway-state.ts";
import type { Stretch } from "./stretch.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The range buttons, shortest first. `all` has no span of its own: it reaches back to the first record. */
export const RANGES = [
  { id: "1h", zh: "1 时", en: "1 h", spanMs: HOUR_MS },
  { id: "6h", zh: "6 时", en: "6 h", spanMs: 6 * HOUR_MS },
  { id: "24h", zh: "24 时", en: "24 h", spanMs: DAY_MS },
  { id: "7d", zh: "7 天", en: "7 d", spanMs: 7 * DAY_MS },
  { id: "14d", zh: "14 天", en: "14 d", spanMs: 14 * DAY_MS },
  { id: "all", zh: "全部", en: "all", spanMs: null },
] as const;

export type RangeId = (typeof RANGES)[number]["id"];

/** Buckets asked of the API for one window. */
export const CHART_POINTS = 720;

/** How far back the search for a site's first record goes. */
export const HISTORY_MAX_MS = 400 * DAY_MS;

/** The shortest window that a drag may zoom to. */
const ZOOM_MIN_MS = 60_000;

/** Where a followed chart ends: now, or, while a gateway fills its past in, where its record has come to. */
export function chartEndMs(gateways: readonly GatewayView[], nowMs: number): number {
  const reaches = recordedTo(gateways);
  if (reaches === null) return nowMs;
  const filling = gateways.some((gateway) => gatewayState(gateway, nowMs) === "backfilling");
  return filling ? reaches : Math.max(nowMs, reaches);
}

/** The window of a range that ends at `endMs`, on bucket boundaries so that buckets keep still while time goes on. */
export function rangeWindow(range: RangeId, endMs: number, firstMs: number | null): Stretch {
  const chosen = RANGES.find((one) => one.id === range)?.spanMs ?? null;
  const spanMs = chosen ?? Math.max(HOUR_MS, endMs - (firstMs ?? endMs - 14 * DAY_MS));
  const bucketMs = Math.max(1000, Math.ceil(spanMs / CHART_POINTS / 1000) * 1000);
  const toMs = Math.ceil(endMs / bucketMs) * bucketMs;
  return { fromMs: Math.max(0, toMs - Math.ceil(spanMs / bucketMs) * bucketMs), toMs };
}

/** The window of a drag, widened to the least that can be shown. */
export function zoomWindow(aMs: number, bMs: number): Stretch {
  const middle = (aMs + bMs) / 2;
  const half = Math.max(Math.abs(bMs - aMs), ZOOM_MIN_MS) / 2;
  return { fromMs: Math.max(0, Math.floor(middle - half)), toMs: Math.ceil(middle + half) };
}

/** The first moment of a chart at which anything was recorded; null when nothing was. */
export function firstRecordedMs(chart: ChartView): number | null {
  let first = Number.POSITIVE_INFINITY;
  for (const { timesMs, mean } of chart.series) {
    const at = mean.findIndex((value) => value !== null);
    first = Math.min(first, timesMs[at] ?? Number.POSITIVE_INFINITY);
  }
  return Number.isFinite(first) ? first : null;
}
