import { lowerMedian } from "./baseline/order-statistic.ts";
import { packWatts, unpackWatts } from "./baseline/packed-watts.ts";
import { DAY_MS, HOUR_MS } from "./local-time.ts";
import { shortNumber } from "./short-number.ts";

/** Energy of one channel, day by day. A day begins at six in the morning, so that its night is whole. */
export interface EnergyBook {
  day: EnergyDay | null;
  /** Mean power of the last days, packed, oldest first; the last is `lastDay`, a blank is a day too little was seen of. */
  history: string;
  lastDay: number | null;
}

/** A day in the making: watt-hours and hours that were measured, all and those from 22:00 on. */
export interface EnergyDay {
  readonly index: number;
  wh: number;
  hours: number;
  nightWh: number;
  nightHours: number;
}

/** A mean over a quarter of an hour, or over one reading's interval if that is longer. */
export interface EnergyBin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly watts: number;
}

const BEGINS_MS = 6 * HOUR_MS;
/** From 06:00 to 22:00, and from then to 06:00. */
export const DAY_HOURS = 16;
export const NIGHT_HOURS = 8;
/** A day of which less was measured tells nothing. */
const HOURS_MIN = 18;
/** A fortnight to compare with, and the day that is compared. */
const DAYS_COMPARED = 14;
const DAYS_KEPT = DAYS_COMPARED + 1;
const DAYS_MIN = 7;
const CHARS = 2;

/** Nothing measured. */
export function initialEnergyBook(): EnergyBook {
  return { day: null, history: "", lastDay: null };
}

/** Takes a bin by its local time; returns the day that it ended, if it did. */
export function bookEnergy(book: EnergyBook, bin: EnergyBin, utcOffsetMs: number): EnergyDay | null {
  const localMs = bin.fromMs + utcOffsetMs - BEGINS_MS;
  const index = Math.floor(localMs / DAY_MS);
  let ended: EnergyDay | null = null;
  if (book.day?.index !== index) {
    if (book.day && book.day.index < index) {
      ended = book.day;
      closeDay(book, ended);
    }
    // A clock that was set back: what it wrote about days to come was wrong.
    if (book.lastDay !== null && book.lastDay >= index) Object.assign(book, initialEnergyBook());
    book.day = { index, wh: 0, hours: 0, nightWh: 0, nightHours: 0 };
  }
  const { day } = book;
  const hours = (bin.toMs - bin.fromMs) / HOUR_MS;
  const wh = bin.watts * hours;
  day.wh = inThousandths(day.wh + wh);
  day.hours = inThousandths(day.hours + hours);
  if (localMs - index * DAY_MS >= DAY_HOURS * HOUR_MS) {
    day.nightWh = inThousandths(day.nightWh + wh);
    day.nightHours = inThousandths(day.nightHours + hours);
  }
  return ended;
}

/** When a day begins, UTC. */
export function dayBeganMs({ index }: { readonly index: number }, utcOffsetMs: number): number {
  return index * DAY_MS + BEGINS_MS - utcOffsetMs;
}

/** When its night begins, UTC. */
export function nightBeganMs(day: EnergyDay, utcOffsetMs: number): number {
  return dayBeganMs(day, utcOffsetMs) + DAY_HOURS * HOUR_MS;
}

/** The median of the days kept, as mean power in W: of at least a week of them, or null. */
export function medianDayW({ history }: EnergyBook): number | null {
  return medianOfDays(daysOf(history).slice(0, DAYS_COMPARED));
}

/** The median of what is known of some days, at least a week of them, or null. */
export function medianOfDays(days: readonly (number | null)[]): number | null {
  const known = days.filter((value) => value !== null);
  return known.length < DAYS_MIN ? null : lowerMedian(known);
}

/** Mean power of each day kept, newest first, W. */
export function daysOf(history: string): (number | null)[] {
  const days: (number | null)[] = [];
  for (let at = history.length - CHARS; at >= 0; at -= CHARS) days.push(unpackWatts(history, at));
  return days;
}

function closeDay(book: EnergyBook, { index, wh, hours }: EnergyDay): void {
  const missed = book.lastDay === null ? 0 : Math.min(DAYS_KEPT, index - book.lastDay - 1);
  const watts = hours >= HOURS_MIN ? wh / hours : null;
  book.history = `${book.history}${packWatts(null).repeat(missed)}${packWatts(watts)}`.slice(
    -CHARS * DAYS_KEPT,
  );
  book.lastDay = index;
}

function inThousandths(x: number): number {
  return shortNumber(x, 1_000);
}
