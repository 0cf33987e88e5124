import { execFile } from "node:child_process";
import { messageOf } from "@sealwatch/platform";
import { exceptionQuality } from "@sealwatch/protocols";
import { GPIO_INPUTS, type LinkConfig } from "../config/link-config.ts";
import { gatewayError } from "../errors.ts";
import type { ReadImage } from "./image-link.ts";

type GpioConfig = Extract<LinkConfig, { kind: "gpio" }>;

/** Debian package gpiod. */
const TOOL = "gpioget";
const OUTPUT_MAX_BYTES = 4_096;
const READ_DISCRETE_INPUTS = 2;
const ILLEGAL_ADDRESS = exceptionQuality(2);

/**
 * The lines of a GPIO chip as discrete inputs 0 to 7, in-1 to in-8, read by libgpiod's `gpioget`: one short process a poll. An input
 * without a line is an illegal address. Rejects with GPIO_UNREADABLE.
 */
export function gpioInputs(config: GpioConfig): ReadImage {
  let version: number | null = null;
  return async ({ functionCode, address, quantity }, signal) => {
    const inputs = GPIO_INPUTS.slice(address, address + quantity);
    const offsets = inputs.map((input) => config.lines[input]);
    const wired = offsets.filter((offset) => offset !== undefined);
    if (functionCode !== READ_DISCRETE_INPUTS || inputs.length < quantity || wired.length === 0)
      return { quality: ILLEGAL_ADDRESS };
    try {
      version ??= versionOf(await run(["--version"], config.timeoutMs, signal));
      const said = await run(gpiogetArguments(config, wired, version), config.timeoutMs, signal);
      const values = levelsOf(said, wired.length);
      // An input that no one wired lies between others: nobody asked for it.
      return {
        values: offsets.map((offset) => (offset === undefined ? 0 : (values[wired.indexOf(offset)] ?? 0))),
      };
    } catch (cause) {
      throw gatewayError("GPIO_UNREADABLE", { chip: config.chip, why: whyOf(cause) }, cause);
    }
  };
}

/** The command line of libgpiod 1 or 2 that reads these lines once. Pure. */
export function gpiogetArguments(
  { chip, bias, activeLow }: Pick<GpioConfig, "chip" | "bias" | "activeLow">,
  offsets: readonly number[],
  version: number,
): string[] {
  const options = [...(bias === "as-is" ? [] : [`--bias=${bias}`]), ...(activeLow ? ["--active-low"] : [])];
  const place = version >= 2 ? ["--numeric", "--chip", chip] : [chip];
  return [...options, ...place, ...offsets.map(String)];
}

/** The major version of `gpioget (libgpiod) v2.2.1`. Throws where it says anything else. */
function versionOf(said: string): number {
  const major = /\(libgpiod\)\s+v?(\d+)\./.exec(said)?.[1];
  if (major === undefined) throw new Error(`${TOOL} --version says ${said.slice(0, 60).trim()}`);
  return Number(major);
}

/** One 0 or 1 a line. Throws on anything else. */
function levelsOf(said: string, count: number): number[] {
  const levels = said.trim().split(/\s+/);
  if (levels.length !== count || levels.some((level) => level !== "0" && level !== "1"))
    throw new Error(`${TOOL} says ${said.slice(0, 60).trim()}`);
  return levels.map(Number);
}

function run(args: readonly string[], timeoutMs: number, signal?: AbortSignal): Promise<string> {
  const options = { timeout: timeoutMs, maxBuffer: OUTPUT_MAX_BYTES, ...(signal ? { signal } : {}) };
  return new Promise((resolve, reject) => {
    execFile(TOOL, args, options, (error, output, problem) =>
      error ? reject(problem.trim() ? new Error(problem.trim(), { cause: error }) : error) : resolve(output),
    );
  });
}

function whyOf(cause: unknown): string {
  const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  return missing ? `there is no ${TOOL}; install package gpiod` : messageOf(cause);
}
