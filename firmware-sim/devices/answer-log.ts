import { openSync, writeSync } from "node:fs";
import type { Clock } from "@sealwatch/platform";
import { simulatorError } from "../errors.ts";

/** Numbers a meter's answers, so that whoever reads them later can be held to each one. */
export interface AnswerLog {
  /** The number of the next answer of `unit`, from 1, written down before it is given. */
  next(unit: number): number;
}

/** Appends "<real UTC ms> <unit> <number>" to a file for each answer. Throws ANSWERS_UNWRITABLE. */
export function openAnswerLog(file: string, clock: Clock): AnswerLog {
  const handle = openFile(file);
  const numbers = new Map<number, number>();
  return {
    next(unit) {
      const number = (numbers.get(unit) ?? 0) + 1;
      numbers.set(unit, number);
      writeSync(handle, `${Math.floor(clock.wallMs())} ${unit} ${number}\n`);
      return number;
    },
  };
}

function openFile(file: string): number {
  try {
    return openSync(file, "a");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw simulatorError("ANSWERS_UNWRITABLE", { file, why }, cause);
  }
}
