import { parseArgs } from "node:util";
import { simulatorError } from "./errors.ts";
import { type LineSettings, PARITIES } from "./transports/line-settings.ts";
import { TRANSPORTS, type Transport, usualRate } from "./transports/transport.ts";

const PORT_MAX = 65_535;
const PORT_DEFAULT = "1502";
const BAUD_MAX = 921_600;
const TURNAROUND_MAX_MS = 10_000;
const SPEED_MAX = 100_000;
const STEP_JITTER_MAX_MS = 1_000;
const SEED_MAX = 2 ** 32 - 1;

const FLAGS = {
  scenario: { type: "string", default: "night-restart" },
  seed: { type: "string", default: "1" },
  speed: { type: "string" },
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string" },
  transport: { type: "string", default: "modbus-tcp" },
  serial: { type: "string" },
  peer: { type: "string" },
  baud: { type: "string" },
  parity: { type: "string" },
  turnaround: { type: "string" },
  start: { type: "string" },
  "step-port": { type: "string" },
  "step-jitter": { type: "string" },
  "until-now": { type: "boolean", default: false },
  "wait-trigger": { type: "boolean", default: false },
  mode: { type: "string" },
  answers: { type: "string" },
  list: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** What the command line asks for. `startMs` null means now. */
export interface CliOptions {
  readonly list: boolean;
  readonly help: boolean;
  readonly scenario: string;
  readonly seed: number;
  readonly speed: number;
  readonly transport: Transport;
  readonly startMs: number | null;
  readonly step: { readonly port: number; readonly untilNow: boolean; readonly jitterMs: number } | null;
  readonly waitTrigger: boolean;
  readonly answers: string | null;
}

/** Reads the arguments after the program's name. Throws FLAG_INVALID, which names the flag and the fix. */
export function parseCliOptions(args: readonly string[]): CliOptions {
  const flags = parseFlags(args);
  const stepPort = flags["step-port"];
  refuseCombinations(flags);
  return {
    list: flags.list,
    help: flags.help,
    scenario: flags.scenario,
    seed: wholeNumber("--seed", flags.seed, SEED_MAX),
    speed: speedOf(flags.speed ?? "1"),
    transport: transportOf(flags),
    startMs: flags.start === undefined ? null : momentOf(flags.start),
    step:
      stepPort === undefined
        ? null
        : {
            port: wholeNumber("--step-port", stepPort, PORT_MAX),
            untilNow: flags["until-now"],
            jitterMs: wholeNumber("--step-jitter", flags["step-jitter"] ?? "0", STEP_JITTER_MAX_MS),
          },
    waitTrigger: flags["wait-trigger"],
    answers: flags.answers ?? null,
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw simulatorError("FLAG_INVALID", { flag: "arguments", fix: `${why}; see --help` }, cause);
  }
}

function refuseCombinations(flags: ReturnType<typeof parseFlags>): void {
  const stepped = flags["step-port"] !== undefined;
  if (stepped && flags.mode !== "demo" && flags.mode !== "test")
    throw invalid("--step-port", "hands the clock to other programs; it needs --mode demo or --mode test");
  if (flags.mode !== undefined && flags.mode !== "demo" && flags.mode !== "test")
    throw invalid("--mode", "write demo or test, or leave it out");
  if (stepped && flags.speed !== undefined)
    throw invalid("--speed", "has no meaning with --step-port, where clients move the time; leave one out");
  if (flags.answers !== undefined && flags.mode !== "test")
    throw invalid("--answers", "makes meters show numbers instead of energy; it needs --mode test");
  if (!stepped && flags["until-now"]) throw invalid("--until-now", "needs --step-port");
  if (!stepped && flags["step-jitter"] !== undefined) throw invalid("--step-jitter", "needs --step-port");
  if (!stepped && flags["wait-trigger"])
    throw invalid("--wait-trigger", "needs --step-port, which brings the trigger");
}

function transportOf(flags: ReturnType<typeof parseFlags>): Transport {
  const name = oneOf("--transport", flags.transport, TRANSPORTS);
  const onSerial = name === "modbus-rtu" || name === "dlt645";
  const { serial: path, peer = null, host } = flags;
  if (!onSerial && (path !== undefined || peer !== null))
    throw invalid("--serial", "and --peer belong to --transport modbus-rtu or dlt645");
  if (onSerial && path === undefined)
    throw invalid("--serial", `name the port, such as /dev/ttyS0; ${name} needs one`);
  if (onSerial && flags.port !== undefined)
    throw invalid("--port", `has no meaning with ${name}; leave it out`);
  const rate = rateOf(flags, usualRate(name));
  if (onSerial) return { kind: "serial", path: path ?? "", peerPath: peer, ...rate };
  const port = wholeNumber("--port", flags.port ?? PORT_DEFAULT, PORT_MAX);
  if (name !== "modbus-tcp") return { kind: "line-tcp", host, port, ...rate };
  for (const flag of ["baud", "parity", "turnaround"] as const)
    if (flags[flag] !== undefined) throw invalid(`--${flag}`, "has no meaning with modbus-tcp; leave it out");
  return { kind: "modbus-tcp", host, port };
}

function rateOf(flags: ReturnType<typeof parseFlags>, usual: LineSettings): LineSettings {
  const { baud, parity, turnaround } = flags;
  const whole = (flag: string, text: string | undefined, max: number, otherwise: number) =>
    text === undefined ? otherwise : wholeNumber(flag, text, max);
  const rate = {
    baud: whole("--baud", baud, BAUD_MAX, usual.baud),
    parity: parity === undefined ? usual.parity : oneOf("--parity", parity, PARITIES),
    turnaroundMs: whole("--turnaround", turnaround, TURNAROUND_MAX_MS, usual.turnaroundMs),
  };
  if (rate.baud === 0) throw invalid("--baud", "write a rate such as 9600");
  return rate;
}

function oneOf<Name extends string>(flag: string, text: string, names: readonly Name[]): Name {
  const name = names.find((known) => known === text);
  if (name === undefined) throw invalid(flag, `write one of ${names.join(", ")}, not "${text}"`);
  return name;
}

function wholeNumber(flag: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max)
    throw invalid(flag, `write a whole number from 0 to ${max}, not "${text}"`);
  return value;
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (!(speed > 0 && speed <= SPEED_MAX))
    throw invalid(
      "--speed",
      `write simulated seconds a real second, above 0 up to ${SPEED_MAX}, not "${text}"`,
    );
  return speed;
}

/** ISO 8601 with a zone, or milliseconds since 1970. */
function momentOf(text: string): number {
  const zoned = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text);
  const moment = /^\d{1,14}$/.test(text) ? Number(text) : zoned ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment))
    throw invalid(
      "--start",
      `write a time such as 2026-01-15T23:30:00+08:00 or milliseconds since 1970, not "${text}"`,
    );
  return moment;
}

function invalid(flag: string, fix: string): Error {
  return simulatorError("FLAG_INVALID", { flag, fix });
}
