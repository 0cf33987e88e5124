import { execFile } from "node:child_process";
import { closeSync, constants, openSync, realpathSync } from "node:fs";
import { ReadStream } from "node:tty";
import { promisify } from "node:util";
import { simulatorError } from "../errors.ts";
import type { LineSettings } from "./line-settings.ts";

const run = promisify(execFile);
const PTY_FOLDER = "/dev/pts/";
const STTY_TIMEOUT_MS = 5000;

/** An open serial port. */
export interface SerialPort {
  write(bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** Sets and opens a serial port or pty. `onLost` is told why when it goes away. Throws SERIAL_FAILED. */
export async function openSerialPort(
  path: string,
  settings: LineSettings,
  onData: (chunk: Uint8Array) => void,
  onLost: (why: string) => void,
): Promise<SerialPort> {
  try {
    await stty(path, ["raw", "-echo", "cs8", "-cstopb", "clocal", ...parityFlags(path, settings)]);
    await stty(path, [String(settings.baud)]);
    return streamOn(
      openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK),
      onData,
      onLost,
    );
  } catch (cause) {
    throw simulatorError("SERIAL_FAILED", { path, why: reasonOf(cause) }, cause);
  }
}

/** The rate to which a port is set now; null where it can't be told. */
export async function baudOf(path: string): Promise<number | null> {
  try {
    const baud = Number((await stty(path, ["speed"])).trim());
    return Number.isInteger(baud) && baud > 0 ? baud : null;
  } catch {
    // The peer may not have opened its end yet: then its rate is unknown.
    return null;
  }
}

function streamOn(
  fd: number,
  onData: (chunk: Uint8Array) => void,
  onLost: (why: string) => void,
): SerialPort {
  const stream = openStream(fd);
  let closing = false;
  stream.on("data", onData);
  stream.on("error", (error: NodeJS.ErrnoException) => closing || onLost(error.code ?? error.message));
  stream.on("end", () => closing || onLost("hung up"));
  return {
    write: (bytes) => stream.writable && stream.write(bytes),
    close: () =>
      new Promise((resolve) => {
        closing = true;
        stream.once("close", () => resolve());
        stream.destroy();
      }),
  };
}

function openStream(fd: number): ReadStream {
  try {
    return new ReadStream(fd);
  } catch (cause) {
    closeSync(fd);
    throw cause;
  }
}

/** A pty has no parity, and stty calls it a failure to ask for one. */
function parityFlags(path: string, { parity }: LineSettings): readonly string[] {
  if (realpathSync(path).startsWith(PTY_FOLDER)) return [];
  if (parity === "none") return ["-parenb"];
  return ["parenb", parity === "odd" ? "parodd" : "-parodd"];
}

async function stty(path: string, flags: readonly string[]): Promise<string> {
  const { stdout } = await run("stty", ["-F", path, ...flags], { timeout: STTY_TIMEOUT_MS });
  return stdout;
}

/** In its own words: stty's last line, or the system's code. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { stderr, code } = cause as Error & { stderr?: unknown; code?: unknown };
  const told = typeof stderr === "string" ? stderr.trim().split("\n").at(-1) : undefined;
  return told || (typeof code === "string" ? code : cause.message);
}
