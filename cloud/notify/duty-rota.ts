import { z } from "zod";
import type { Level } from "../detect/episode-level.ts";
import { DAY_MS, MINUTE_MS } from "../detect/local-time.ts";
import { LEVELS } from "./notification.ts";
import { chainsSchema } from "./notify-config.ts";
import { regionAndAbove } from "./region-path.ts";

const SHIFTS_MAX = 200;
const USERS_MAX = 20;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time such as "18:00"');

const shiftSchema = z.strictObject({
  /** Without it: every level. */
  levels: z.array(z.enum(LEVELS)).min(1).max(LEVELS.length).optional(),
  when: z.union([
    /** Every week: days on which it begins (1 is Monday), from–to; over midnight when `to` is not after `from`. */
    z.strictObject({
      weekdays: z.array(z.int().min(1).max(7)).min(1).max(7),
      from: timeOfDay,
      to: timeOfDay,
    }),
    /** Once; it goes before the weekly ones. */
    z.strictObject({ fromMs: z.int().min(0), toMs: z.int().min(0) }),
  ]),
  users: z.array(z.string().min(1).max(96)).max(USERS_MAX),
  chains: chainsSchema.min(1, "write at least one chain of channels"),
});

/** Who is told in one region, and when its blue and yellow must wait. */
export const dutyRotaSchema = z.strictObject({
  utcOffsetMin: z.int().min(-720).max(840).default(480),
  shifts: z.array(shiftSchema).max(SHIFTS_MAX),
  /** Blue and yellow wait until `to`. */
  quiet: z.strictObject({ from: timeOfDay, to: timeOfDay }).nullable().default(null),
});

export type DutyRota = z.output<typeof dutyRotaSchema>;
type Shift = DutyRota["shifts"][number];

/** Who is on duty, and by which channels they are told. */
export interface OnDuty {
  readonly regionPath: string;
  readonly users: readonly string[];
  readonly chains: readonly (readonly string[])[];
}

/** Who is on duty for a region at a level: its own shift, or that of the nearest region above that has one; null: nobody. Pure. */
export function whoIsOnDuty(
  rotas: ReadonlyMap<string, DutyRota>,
  regionPath: string,
  level: Level,
  atMs: number,
): OnDuty | null {
  for (const path of regionAndAbove(regionPath)) {
    const rota = rotas.get(path);
    const shift = rota && shiftAt(rota, level, atMs);
    if (shift) return { regionPath: path, users: shift.users, chains: shift.chains };
  }
  return null;
}

/** Until when a region's quiet hours hold a level back; `atMs` when they do not. Pure. */
export function heldUntilMs(
  rotas: ReadonlyMap<string, DutyRota>,
  regionPath: string,
  level: Level,
  atMs: number,
): number {
  if (level !== "blue" && level !== "yellow") return atMs;
  const rota = regionAndAbove(regionPath)
    .map((path) => rotas.get(path))
    .find((one) => one !== undefined && one.quiet !== null);
  if (!rota?.quiet) return atMs;
  const { from, to } = rota.quiet;
  const { minute, dayStartMs } = localMoment(atMs, rota.utcOffsetMin);
  if (!isWithin(minute, minutesOf(from), minutesOf(to))) return atMs;
  const endMs = dayStartMs + minutesOf(to) * MINUTE_MS;
  return endMs > atMs ? endMs : endMs + DAY_MS;
}

function shiftAt(rota: DutyRota, level: Level, atMs: number): Shift | undefined {
  const fitting = rota.shifts.filter(({ levels }) => levels === undefined || levels.includes(level));
  return (
    fitting.find((shift) => isDated(shift, atMs)) ?? fitting.find((shift) => isWeekly(shift, atMs, rota))
  );
}

function isDated({ when }: Shift, atMs: number): boolean {
  return "fromMs" in when && when.fromMs <= atMs && atMs < when.toMs;
}

function isWeekly({ when }: Shift, atMs: number, { utcOffsetMin }: DutyRota): boolean {
  if (!("weekdays" in when)) return false;
  const { minute, weekday } = localMoment(atMs, utcOffsetMin);
  const [from, to] = [minutesOf(when.from), minutesOf(when.to)];
  if (!isWithin(minute, from, to)) return false;
  // Past midnight it is still the shift that began the day before.
  const began = to <= from && minute < to ? ((weekday + 5) % 7) + 1 : weekday;
  return when.weekdays.includes(began);
}

/** From–to within a day, over midnight when `to` is not after `from`; the same twice is the whole day. */
function isWithin(minute: number, from: number, to: number): boolean {
  return from < to ? from <= minute && minute < to : minute >= from || minute < to;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function localMoment(atMs: number, utcOffsetMin: number) {
  const localMs = atMs + utcOffsetMin * MINUTE_MS;
  const day = Math.floor(localMs / DAY_MS);
  return {
    minute: Math.floor((localMs - day * DAY_MS) / MINUTE_MS),
    // 1970-01-01 was a Thursday.
    weekday: ((((day + 3) % 7) + 7) % 7) + 1,
    dayStartMs: day * DAY_MS - utcOffsetMin * MINUTE_MS,
  };
}
