import { z } from "zod";

/** A 4–20 mA input. `low` and `high` are the values at 4 and 20 mA; without them the reading stays a current. */
export const loopSchema = z
  .strictObject({
    /** Below, the wire is broken (NAMUR NE 43). */
    brokenBelowMa: z.number().min(0).max(4).default(3.6),
    /** From here on, the transmitter reports its own failure (NAMUR NE 43). */
    failedFromMa: z.number().min(20).max(25).default(21),
    low: z.number().optional(),
    high: z.number().optional(),
  })
  .refine(({ low, high }) => (low === undefined) === (high === undefined) && (low ?? 0) !== (high ?? 1), {
    message: "write low and high, the different values at 4 and 20 mA, or neither",
  });

type Loop = z.output<typeof loopSchema>;

const ZERO_MA = 4;
const SPAN_MA = 16;

/** The value that a loop current means; null where the wire is broken or the transmitter reports a failure. */
export function loopValue(loop: Loop, currentMa: number): number | null {
  if (currentMa < loop.brokenBelowMa || currentMa >= loop.failedFromMa) return null;
  const { low, high } = loop;
  return low === undefined || high === undefined ? currentMa : engineeringValue(low, high, currentMa);
}

/** The value that `currentMa` stands for between `low` at 4 mA and `high` at 20 mA. */
export function engineeringValue(low: number, high: number, currentMa: number): number {
  return low + ((currentMa - ZERO_MA) / SPAN_MA) * (high - low);
}
