import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const TIMEOUT_MS = 60_000;

/** Where a foreign reader finds the simulator. */
export type ReaderTarget =
  | { readonly kind: "tcp"; readonly port: number }
  | { readonly kind: "rtu-tcp"; readonly port: number }
  | { readonly kind: "rtu"; readonly path: string; readonly baud: number; readonly parity: "even" | "none" };

/** What is asked: function 1 to 4, 0-based address, and how many registers or bits. */
export interface ReaderQuestion {
  readonly unit: number;
  readonly functionCode: 1 | 2 | 3 | 4;
  readonly address: number;
  readonly quantity: number;
}

const MBPOLL_TYPE = { 1: "0", 2: "1", 3: "4", 4: "3" } as const;

/** Reads with mbpoll (Debian: mbpoll), which knows no RTU over TCP. Registers come as unsigned numbers. */
export async function readWithMbpoll(
  target: Exclude<ReaderTarget, { kind: "rtu-tcp" }>,
  { unit, functionCode, address, quantity }: ReaderQuestion,
): Promise<readonly number[]> {
  const [mode, place] =
    target.kind === "tcp"
      ? [["-m", "tcp", "-p", String(target.port)], "127.0.0.1"]
      : [["-m", "rtu", "-b", String(target.baud), "-P", target.parity], target.path];
  const type = `${MBPOLL_TYPE[functionCode]}${functionCode > 2 ? ":hex" : ""}`;
  const what = ["-a", String(unit), "-t", type, "-0", "-r", String(address), "-c", String(quantity)];
  const { stdout } = await run("mbpoll", [...mode, ...what, "-1", "-q", "-o", "10", place], {
    timeout: TIMEOUT_MS,
  });
  return Array.from(stdout.matchAll(/^\[\d+\]:\s+(\S+)/gm), ([, value]) => Number(value));
}

/** Debian's own, which sees Debian's packages whatever else is in the path. */
const PYTHON = "/usr/bin/python3";
const PYMODBUS_SCRIPT = fileURLToPath(new URL("read-with-pymodbus.py", import.meta.url));

/** Reads with pymodbus (Debian: python3-pymodbus, python3-serial). A refusal is one number: minus the exception code. */
export async function readWithPymodbus(
  target: ReaderTarget,
  questions: readonly ReaderQuestion[],
): Promise<readonly (readonly number[])[]> {
  const { stdout } = await run(PYTHON, [PYMODBUS_SCRIPT, JSON.stringify([target, questions])], {
    timeout: TIMEOUT_MS,
  });
  return JSON.parse(stdout) as number[][];
}
