import type { Bilingual } from "../../api/contract.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A moment at the site as `YYYY-MM-DDTHH:MM:SS`, by the site's own offset, whatever zone the browser is in. */
function siteIso(atMs: number, utcOffsetMin: number): string {
  return new Date(atMs + utcOffsetMin * MINUTE_MS).toISOString();
}

/** `23:14:05` at the site. */
export function clockText(atMs: number, utcOffsetMin: number): string {
  return siteIso(atMs, utcOffsetMin).slice(11, 19);
}

/** `23:14` at the site. */
export function hourMinuteText(atMs: number, utcOffsetMin: number): string {
  return siteIso(atMs, utcOffsetMin).slice(11, 16);
}

/** `07-21` at the site. */
export function monthDayText(atMs: number, utcOffsetMin: number): string {
  return siteIso(atMs, utcOffsetMin).slice(5, 10);
}

/** `07-21 23:14` at the site. */
export function momentText(atMs: number, utcOffsetMin: number): string {
  return `${monthDayText(atMs, utcOffsetMin)} ${hourMinuteText(atMs, utcOffsetMin)}`;
}

/** `2031-07-21 23:14:05` at the site. */
export function fullMomentText(atMs: number, utcOffsetMin: number): string {
  return siteIso(atMs, utcOffsetMin).slice(0, 19).replace("T", " ");
}

/** The hour of the day at the site, 0–23. */
export function hourAt(atMs: number, utcOffsetMin: number): number {
  return new Date(atMs + utcOffsetMin * MINUTE_MS).getUTCHours();
}

/** `UTC+8`, `UTC+5:30`, `UTC−3`. */
export function offsetText(utcOffsetMin: number): string {
  const size = Math.abs(utcOffsetMin);
  const minutes = size % 60 === 0 ? "" : `:${String(size % 60).padStart(2, "0")}`;
  return `UTC${utcOffsetMin < 0 ? "−" : "+"}${Math.floor(size / 60)}${minutes}`;
}

/** A length of time in its two largest units: `3 分 20 秒`, `3 min 20 s`. Never negative. */
export function durationText(lengthMs: number): Bilingual {
  const seconds = Math.max(0, Math.round(lengthMs / SECOND_MS));
  const parts: [number, string, string][] = [
    [Math.floor(seconds / 86_400), "天", "d"],
    [Math.floor(seconds / 3600) % 24, "小时", "h"],
    [Math.floor(seconds / 60) % 60, "分", "min"],
    [seconds % 60, "秒", "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  const shown = first < 0 ? parts.slice(3) : parts.slice(first, first + 2).filter(([count]) => count > 0);
  return {
    zh: shown.map(([count, zh]) => `${count} ${zh}`).join(" "),
    en: shown.map(([count, , en]) => `${count} ${en}`).join(" "),
  };
}

/** How long ago: coarse, so that the words do not flicker. */
export function agoText(atMs: number, nowMs: number): Bilingual {
  const ago = nowMs - atMs;
  if (ago < 10 * SECOND_MS) return { zh: "刚刚", en: "just now" };
  const unit =
    ago < MINUTE_MS ? 10 * SECOND_MS : ago < HOUR_MS ? MINUTE_MS : ago < DAY_MS ? 10 * MINUTE_MS : HOUR_MS;
  const length = durationText(Math.floor(ago / unit) * unit);
  return { zh: `${length.zh}前`, en: `${length.en} ago` };
}
