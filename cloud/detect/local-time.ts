export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** `HH:MM` at the site; with `MM-DD ` before it when `withDay`. */
export function localTime(utcMs: number, utcOffsetMin: number, withDay = false): string {
  const date = new Date(utcMs + utcOffsetMin * MINUTE_MS);
  if (Number.isNaN(date.getTime())) return "--:--";
  const iso = date.toISOString();
  const [day = "", time = ""] = iso.split("T");
  return withDay ? `${day.slice(-5)} ${time.slice(0, 5)}` : time.slice(0, 5);
}

/** `02:10–02:55`; both ends carry their day when they lie on different ones. */
export function localSpan(fromMs: number, toMs: number, utcOffsetMin: number): string {
  const day = (utcMs: number): number => Math.floor((utcMs + utcOffsetMin * MINUTE_MS) / DAY_MS);
  const withDay = day(fromMs) !== day(toMs);
  return `${localTime(fromMs, utcOffsetMin, withDay)}–${localTime(toMs, utcOffsetMin, withDay)}`;
}
