import { DAY_MS } from "../local-time.ts";

/** How often loads of which size start on three phases while a site is sealed. */
export interface StartHabit {
  /** Days on which anything was seen, and the last of them. */
  days: number;
  lastDay: number | null;
  /** Starts by size class. */
  counts: number[];
}

/** 200 W is class 0; two classes an octave, so that neighbours are a machine seen a little differently. */
const CLASS_0_W = 200;
const CLASSES_PER_OCTAVE = 2;
/** Some 3 MW. */
const CLASS_MAX = 28;

/** Nothing seen. */
export function initialHabit(): StartHabit {
  return { days: 0, lastDay: null, counts: [] };
}

/** The class of a step of so many watts. */
export function sizeClass(watts: number): number {
  const size = Math.round(CLASSES_PER_OCTAVE * Math.log2(Math.max(1, Math.abs(watts) / CLASS_0_W)));
  return Math.min(CLASS_MAX, size);
}

/** True for two classes that may be the same machine. */
export function isSimilar(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1;
}

/** The site was looked at, at `localMs`. */
export function countDay(habit: StartHabit, localMs: number): void {
  const day = Math.floor(localMs / DAY_MS);
  if (habit.lastDay !== null && day <= habit.lastDay) return;
  habit.lastDay = day;
  habit.days += 1;
}

/** A load of this class started. */
export function countStart({ counts }: StartHabit, ofClass: number): void {
  while (counts.length <= ofClass) counts.push(0);
  counts[ofClass] = (counts[ofClass] ?? 0) + 1;
}

/** Starts a day of this class and its neighbours. */
export function startsADay({ counts, days }: StartHabit, ofClass: number): number {
  const seen = (counts[ofClass - 1] ?? 0) + (counts[ofClass] ?? 0) + (counts[ofClass + 1] ?? 0);
  return seen / Math.max(1, days);
}
