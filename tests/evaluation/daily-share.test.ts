import { expect, it } from "vitest";
import { dailyShare } from "./daily-share.ts";
import type { SeriesPoint } from "./recorded-series.ts";

const HOUR_MS = 3_600_000;
const BEIJING_MS = 8 * HOUR_MS;

/** Four days hour by hour from local midnight on. */
function hourly(wattsOf: (hour: number) => number): SeriesPoint[] {
  return Array.from({ length: 96 }, (_, hour) => [hour * HOUR_MS - BEIJING_MS, wattsOf(hour)]);
}

it("aShareIsThatOfDaysFromSixToSixAndOfWholeOnes", () => {
  const whole = hourly(() => 1_000);
  const part = hourly((hour) => (hour >= 30 && hour < 54 ? 130 : 97));
  const shares = dailyShare(part, whole, BEIJING_MS);
  expect(shares.map(([utcMs]) => Math.round((utcMs + BEIJING_MS) / HOUR_MS))).toEqual([
    6, 30, 30, 54, 54, 78,
  ]);
  expect(shares.map(([, share]) => Math.round((share ?? 0) * 10) / 10)).toEqual([9.7, 9.7, 13, 13, 9.7, 9.7]);
});
