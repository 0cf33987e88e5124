import type { BaselineView } from "../../api/contract.ts";
import { hourAt } from "./time-text.ts";

/** The band over one stretch of time, in the channel's unit. */
export interface BandStep {
  readonly fromMs: number;
  readonly toMs: number;
  readonly mid: number;
  readonly low: number;
  readonly high: number;
}

const HOUR_MS = 3_600_000;

/** Beyond this span hours are narrower than a pixel, and the band is drawn as the day's envelope. */
const HOURLY_SPAN_MAX_MS = 60 * 24 * HOUR_MS;

/** Lays a day of learned hours over a window of time, by the site's own hours. Hours not learned leave a hole. */
export function baselineBand(
  hours: BaselineView["hours"],
  fromMs: number,
  toMs: number,
  utcOffsetMin: number,
): BandStep[] {
  if (toMs <= fromMs) return [];
  if (toMs - fromMs > HOURLY_SPAN_MAX_MS) {
    const day = dayEnvelope(hours);
    return day === null ? [] : [{ fromMs, toMs, ...day }];
  }
  const shift = (utcOffsetMin % 60) * 60_000;
  const steps: BandStep[] = [];
  for (let start = Math.floor((fromMs + shift) / HOUR_MS) * HOUR_MS - shift; start < toMs; start += HOUR_MS) {
    const hour = hours[hourAt(start, utcOffsetMin)];
    if (hour === undefined) continue;
    steps.push({ fromMs: Math.max(start, fromMs), toMs: Math.min(start + HOUR_MS, toMs), ...hour });
  }
  return steps;
}

/** The lowest low, highest high and mean middle of a day; null when nothing was learned. */
function dayEnvelope(hours: BaselineView["hours"]): { mid: number; low: number; high: number } | null {
  if (hours.length === 0) return null;
  return {
    mid: hours.reduce((sum, hour) => sum + hour.mid, 0) / hours.length,
    low: Math.min(...hours.map((hour) => hour.low)),
    high: Math.max(...hours.map((hour) => hour.high)),
  };
}
