const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A moment in a site's local time. `day` counts local days since 1970; `minute` is the minute of that day, with fraction. */
interface LocalTime {
  readonly day: number;
  readonly minute: number;
}

/** Local time at simulated UTC `atMs`. */
export function localTime(atMs: number, utcOffsetMin: number): LocalTime {
  const localMs = atMs + utcOffsetMin * MINUTE_MS;
  const day = Math.floor(localMs / DAY_MS);
  return { day, minute: (localMs - day * DAY_MS) / MINUTE_MS };
}

/** Simulated UTC of a local time, in milliseconds. */
export function utcOf(local: LocalTime, utcOffsetMin: number): number {
  return local.day * DAY_MS + (local.minute - utcOffsetMin) * MINUTE_MS;
}

/** A cosine over the local day that is 1 at `peakHour` and -1 twelve hours away. */
export function dailyCosine(atMs: number, utcOffsetMin: number, peakHour: number): number {
  const { minute } = localTime(atMs, utcOffsetMin);
  return Math.cos((2 * Math.PI * (minute / 60 - peakHour)) / 24);
}
