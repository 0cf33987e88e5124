import { z } from "zod";

/**
 * The simulator's step socket: JSON lines over loopback TCP. Each client that has joined says until when it sleeps; simulated
 * time stands still until every joined client sleeps, then moves to the earliest due time. Demo and test mode only.
 */

/** The longest line either side accepts, in characters. */
export const STEP_LINE_MAX_CHARS = 1024;

const clientMessage = z.discriminatedUnion("op", [
  /** First line of a client. Answered with `time`. */
  z.strictObject({ op: z.literal("join"), name: z.string().min(1).max(64) }),
  /** Sleeps until simulated monotonic time `untilMs`. Answered with `time` when it has come. */
  z.strictObject({ op: z.literal("sleep"), untilMs: z.number().finite() }),
  /** Starts the scenario's timeline now. Answered with `time`. Needs no join. */
  z.strictObject({ op: z.literal("trigger") }),
  /** Asks what time it is. Answered with `time`. Needs no join. */
  z.strictObject({ op: z.literal("now") }),
]);

const timeMessage = z.strictObject({
  op: z.literal("time"),
  /** Simulated UTC, milliseconds since 1970. */
  wallMs: z.number().finite(),
  /** Simulated monotonic time, milliseconds since the simulation began. */
  monotonicMs: z.number().finite(),
  /** `stepped`: time moves as clients allow; `real`: one second a second. */
  pace: z.enum(["stepped", "real"]),
});

export type StepRequest = z.output<typeof clientMessage>;
export type StepTime = z.output<typeof timeMessage>;

/** Parses one line from a client; null when it is not a step message. */
export function parseStepRequest(line: string): StepRequest | null {
  return parseLine(line, clientMessage);
}

/** Parses one line from the simulator; null when it is not a time message. */
export function parseStepTime(line: string): StepTime | null {
  return parseLine(line, timeMessage);
}

function parseLine<T>(line: string, schema: z.ZodType<T>): T | null {
  if (line.length > STEP_LINE_MAX_CHARS) return null;
  try {
    const result = schema.safeParse(JSON.parse(line));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
