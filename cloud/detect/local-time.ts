export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Shorter spans are told to the second: 06:03–06:03 tells nobody anything. */
const SECONDS_BELOW_MS = 2 * MINUTE_MS;
const HH_MM = 5;
const HH_MM_SS = 8;

/** `HH:MM` at the site, or `HH:MM:SS`; with `MM-DD ` before it when `withDay`. */
export function localTime(utcMs: number, utcOffsetMin: number, withDay = false, chars = HH_MM): string {
  const date = new Date(utcMs + utcOffsetMin * MINUTE_MS);
  if (Number.isNaN(date.getTime())) return "--:--";
  const [day = "", time = ""] = date.toISOString().split("T");
  return withDay ? `${day.slice(-5)} ${time.slice(0, chars)}` : time.slice(0, chars);
}

/** `02:10–02:55`, to the second when it is short; both ends carry their day when they lie on different ones. */
export function localSpan(fromMs: number, toMs: number, utcOffsetMin: number): string {
  const day = (utcMs: number): number => Math.floor((utcMs + utcOffsetMin * MINUTE_MS) / DAY_MS);
  const withDay = day(fromMs) !== day(toMs);
  const chars = toMs - fromMs < SECONDS_BELOW_MS ? HH_MM_SS : HH_MM;
  const [from, to] = [fromMs, toMs].map((utcMs) => localTime(utcMs, utcOffsetMin, withDay, chars));
  return `${from}–${to}`;
}
