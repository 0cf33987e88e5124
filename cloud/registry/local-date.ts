import { z } from "zod";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A day of the local calendar, `YYYY-MM-DD`, that there is; this century and the last. */
export const localDateSchema = z
  .string()
  .regex(/^(19|20)\d\d-\d\d-\d\d$/, "write a date such as 2026-03-01")
  .refine(isDay, "there is no such day");

/** True for a day that the calendar has. */
export function isDay(date: string): boolean {
  const atMs = Date.parse(`${date}T00:00:00Z`);
  return Number.isFinite(atMs) && new Date(atMs).toISOString().slice(0, 10) === date;
}

/** When a local day ends, UTC ms. Pure. */
export function dayEndMs(date: string, utcOffsetMin: number): number {
  return Date.parse(`${date}T00:00:00Z`) + DAY_MS - utcOffsetMin * MINUTE_MS;
}

/** The local day at a time. Pure. */
export function localDay(utcMs: number, utcOffsetMin: number): string {
  return new Date(utcMs + utcOffsetMin * MINUTE_MS).toISOString().slice(0, 10);
}
