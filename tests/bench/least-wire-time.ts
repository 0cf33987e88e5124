import type { LineSpeed } from "./simulated-line.ts";

/** Unit, function, address, quantity, CRC. */
const QUESTION_CHARS = 8;
/** Unit, function, byte count, CRC. */
const ANSWER_FRAME_CHARS = 5;
const REGISTER_CHARS = 2;

/** The registers of one value. */
export interface RegisterSpan {
  readonly address: number;
  readonly registers: number;
}

/**
 * The least time on the wire that reads these values of one function: the best of all ways to cut them into questions, reading
 * across holes or not. By dynamic programming, not by the gateway's planner.
 */
export function leastWireTime(
  values: readonly RegisterSpan[],
  registersMax: number,
  speed: LineSpeed,
): { readonly ms: number; readonly questions: number } {
  const sorted = values.toSorted((left, right) => left.address - right.address);
  const best = [{ ms: 0, questions: 0 }];
  for (let end = 1; end <= sorted.length; end++) {
    const last = sorted[end - 1];
    let least = { ms: Number.POSITIVE_INFINITY, questions: 0 };
    for (let start = 0; start < end; start++) {
      const first = sorted[start];
      const before = best[start];
      if (!first || !last || !before) continue;
      const registers = last.address + last.registers - first.address;
      const ms = before.ms + questionMs(registers, speed);
      if (registers <= registersMax && ms < least.ms) least = { ms, questions: before.questions + 1 };
    }
    best.push(least);
  }
  return best.at(-1) ?? { ms: 0, questions: 0 };
}

/** One question and its answer, the silence behind each, and the meter's turnaround. */
function questionMs(registers: number, speed: LineSpeed): number {
  const chars = QUESTION_CHARS + ANSWER_FRAME_CHARS + REGISTER_CHARS * registers;
  return chars * speed.characterMs + 2 * speed.silenceMs + speed.turnaroundMs;
}
