/** How to write a moment; for messages. */
export const MOMENT_FIX =
  "write ISO 8601 such as 2026-01-15T00:15:00+08:00, or milliseconds since 1970 (13 digits)";

const EPOCH_MS = /^\d{13}$/;
const ISO_8601 = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const MS_PER_MINUTE = 60_000;
/** Every month has this many days. */
const DAYS_SURE = 28;

/**
 * UTC ms of ISO 8601 (a space may stand for its T) or of milliseconds since 1970; null for anything else. Without a zone it is local time
 * of the site, so that it means the same on every machine; seconds since 1970 would be a moment of January 1970, and are refused.
 */
export function momentOf(text: string, utcOffsetMin: number): number | null {
  if (EPOCH_MS.test(text)) return Number(text);
  const [, date, time = "00:00", zone] = ISO_8601.exec(text) ?? [];
  if (date === undefined || !isDay(date)) return null;
  const hoursOnly = zone?.length === 3 ? ":00" : "";
  const utcMs = Date.parse(`${date}T${time}${zone ?? "Z"}${hoursOnly}`);
  if (Number.isNaN(utcMs)) return null;
  return zone === undefined ? utcMs - utcOffsetMin * MS_PER_MINUTE : utcMs;
}

/** Date.parse takes 30 February for 2 March. */
function isDay(date: string): boolean {
  const day = Number(date.slice(8));
  return day <= DAYS_SURE || new Date(`${date}T00:00Z`).getUTCDate() === day;
}
