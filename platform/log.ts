import { type Logger, pino } from "pino";

export type { Logger } from "pino";

/** JSON lines on stderr, so that a command's own output stays clean. Level: trace … fatal, or silent. */
export function createLogger(name: string, level = "info"): Logger {
  return pino({ name, level, base: { name } }, pino.destination({ fd: 2, sync: true }));
}

/** A logger that says nothing, for tests and tools. */
export function silentLogger(): Logger {
  return pino({ level: "silent" });
}
