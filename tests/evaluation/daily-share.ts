import type { SeriesPoint } from "./recorded-series.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A day of energy begins at six, so that its night is whole. */
const BEGINS_MS = 6 * HOUR_MS;
const PERCENT = 100;

/** A part's share of the whole's energy day by day, in percent, drawn as steps: from the beginning of each whole day to its end. */
export function dailyShare(
  part: readonly SeriesPoint[],
  whole: readonly SeriesPoint[],
  utcOffsetMs: number,
): SeriesPoint[] {
  const toDays = BEGINS_MS - utcOffsetMs;
  const [own, all] = [part, whole].map((points) => sumsByDay(points, toDays));
  if (!own || !all) return [];
  // The first and the last day were not seen whole.
  return [...all.entries()].slice(1, -1).flatMap(([day, sum]): SeriesPoint[] => {
    const share = (PERCENT * (own.get(day) ?? 0)) / sum;
    const fromMs = day * DAY_MS + toDays;
    return [
      [fromMs, share],
      [fromMs + DAY_MS - 1, share],
    ];
  });
}

function sumsByDay(points: readonly SeriesPoint[], toDays: number): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [utcMs, value] of points) {
    const day = Math.floor((utcMs - toDays) / DAY_MS);
    sums.set(day, (sums.get(day) ?? 0) + (value ?? 0));
  }
  return sums;
}
