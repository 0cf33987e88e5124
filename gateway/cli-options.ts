import { parseArgs } from "node:util";
import { messageOf } from "@sealwatch/platform";
import { numberOfFlag, settingsOfFlags, targetOfFlags, unitsOfFlag } from "./commission/line-flags.ts";
import type { ScanTarget } from "./commission/scan-target.ts";
import { gatewayError } from "./errors.ts";
import type { LineSettings } from "./sense/line-timing.ts";

/** A line to scan: named by flags, or the configured one of this id (the only one if absent). */
export type LineChoice =
  | { readonly target: ScanTarget }
  | { readonly config: string; readonly link: string | undefined };

export interface ScanCommand {
  readonly command: "scan";
  readonly line: LineChoice;
  readonly exhaustive: boolean;
  readonly settings: readonly LineSettings[] | undefined;
  readonly units: readonly number[] | undefined;
  readonly timeoutMs: number | undefined;
}

/** A device to read: a configured one, or a station and profile on a line that flags name. */
export type ReadCommand = { readonly command: "read" } & (
  | { readonly config: string; readonly device: string }
  | {
      readonly target: ScanTarget;
      readonly settings: LineSettings | undefined;
      /** Modbus unit, or a DL/T 645 meter's 12 digits. */
      readonly station: number | string;
      readonly profile: string;
      readonly ctRatio: number | undefined;
    }
);

export interface StatusCommand {
  readonly command: "status";
  readonly config: string;
  readonly json: boolean;
}

/** To enrol: at a server with a code, as typed, or with both from the QR code's text. */
export type EnrolCommand = { readonly command: "enrol"; readonly config: string } & (
  | { readonly server: string; readonly code: string }
  | { readonly claim: string }
);

export interface WatchCommand {
  readonly command: "watch";
  readonly config: string;
  readonly everyMs: number;
  /** Rounds until it ends by itself. */
  readonly rounds: number;
}

/** What the command line asks for. */
export type GatewayCommand =
  | { readonly command: "help" }
  | { readonly command: "version" }
  | { readonly command: "run" | "keygen" | "check-config"; readonly config: string }
  | { readonly command: "doctor" | "reload" | "receipts"; readonly config: string }
  | StatusCommand
  | EnrolCommand
  | ScanCommand
  | ReadCommand
  | WatchCommand;

const COMMANDS = [
  "run",
  "keygen",
  "check-config",
  "enrol",
  "doctor",
  "scan",
  "read",
  "watch",
  "status",
  "reload",
  "receipts",
] as const;
const WATCH_EVERY_MS = 2_000;

export const HELP_TEXT = `sealwatch-gateway: polls a site's instruments and keeps the signed journal

Usage: sealwatch-gateway <command> [options]

  run            poll, journal and send until told to stop
  keygen         make the gateway's key if there is none, and print its public half
                 (base64url, for the cloud's configuration)
  check-config   check the file, devices included, and print what is polled
  enrol          make this gateway known to the county, with a claim code
  doctor         check disk, clock, ports, permissions, certificate and broker; what to do about each
  scan           find the devices of a line, and end with YAML for the configuration
  read DEVICE    read one configured device once: values, quality, bytes, self-checks
  watch          read all configured devices again and again, as a table
  status         what the running gateway does: links, journal, uplink, configuration
  reload         let the running gateway go over to its changed file; SIGHUP does the same.
                 Problems change nothing, and what does not poll is rolled back
  receipts       print the cloud's signed receipts for this gateway's journal

  --config FILE  the configuration, YAML; all but scan and read need it

A line without a configuration, for scan and read:
  --serial PATH        a serial port, such as /dev/ttyUSB0
  --rtu-tcp HOST:PORT  a serial server that passes bytes on as they are
  --tcp HOST[:PORT]    an endpoint that speaks Modbus TCP
  --echo               the adapter gives back what is sent
enrol:
  --server HOST:PORT   the county's enrolment service, and
  --code XXXX-XXXX-…   the code that was made for this site, as typed; or
  --claim TEXT         both, as the QR code says them: 'sealwatch:enrol?server=…&code=…'
scan, of a line or of a configured link:
  --link ID            which configured link; the only one if absent
  --baud 9600,19200    instead of the usual speeds
  --parity none,even   instead of the usual parities
  --units 1-32,40      instead of 1 to 247
  --timeout MS         how long one answer may take
  --exhaustive         every speed, parity and unit: hours
read, of a line:
  --unit N             its Modbus unit, or
  --address DIGITS     the 12 digits of a DL/T 645 meter
  --ct N               its CT ratio, where it gives the secondary side and does not tell
  --profile VENDOR/MODEL, and --baud and --parity where they are not the maker's own
watch:
  --every MS           time between rounds (default ${WATCH_EVERY_MS})
  --rounds N           end after so many
status:
  --json               for programs

  -h, --help     print this and end
  --version      print the version and end

While "run" is up, read and watch of configured devices go through it and polling goes on. A line named by
flags, and every scan, needs the port for itself: stop "run" first. Ctrl-C ends all of them at once.
Exit codes: 0 done, 1 failed (doctor: something must be mended; read: no answer; scan: nothing
found; reload: rolled back), 2 wrong usage or configuration, 130 stopped by Ctrl-C.
`;

type Flags = ReturnType<typeof parseOrFail>["values"];

/** Reads the command line. Throws USAGE. */
export function parseCommandLine(args: readonly string[]): GatewayCommand {
  const { values, positionals } = parseOrFail(args);
  if (values.help) return { command: "help" };
  if (values.version) return { command: "version" };
  const [name, ...rest] = positionals;
  const command = COMMANDS.find((known) => known === name);
  if (!command) throw usage(name ? `no command ${name}` : "name a command");
  const word = rest[command === "read" && values.config ? 1 : 0];
  if (word !== undefined) throw usage(`${word} is one word too many`);
  if (command === "scan") return scanCommand(values);
  if (command === "read") return readCommand(values, rest[0]);
  if (!values.config) throw usage(`${command} needs --config FILE`);
  const { config, json = false } = values;
  if (command === "status") return { command, config, json };
  if (command === "enrol") return enrolCommand(values, config);
  return command === "watch" ? watchCommand(values, config) : { command, config };
}

function scanCommand(values: Flags): ScanCommand {
  const target = targetOfFlags(values);
  if (target && values.config) throw usage("name the line by flags or by --config, not both");
  if (!target && !values.config) throw usage("scan needs --serial, --rtu-tcp, --tcp or --config");
  return {
    command: "scan",
    line: target ? { target } : { config: values.config ?? "", link: values.link },
    exhaustive: values.exhaustive ?? false,
    settings: settingsOfFlags(values),
    units: unitsOfFlag(values.units),
    timeoutMs: numberOfFlag("--timeout", values.timeout, [20, 30_000]),
  };
}

function readCommand(values: Flags, device: string | undefined): ReadCommand {
  const target = targetOfFlags(values);
  if (!target) {
    if (!values.config || !device)
      throw usage("read needs --config FILE and a device, or a line with --unit and --profile");
    return { command: "read", config: values.config, device };
  }
  const station = stationOfFlags(values);
  if (station === undefined || !values.profile)
    throw usage("read on a line needs --unit N or --address DIGITS, and --profile VENDOR/MODEL");
  return {
    command: "read",
    target,
    settings: settingsOfFlags(values)?.[0],
    station,
    profile: values.profile,
    ctRatio: numberOfFlag("--ct", values.ct, [1, 100_000]),
  };
}

function stationOfFlags({ unit, address }: Flags): number | string | undefined {
  if (address === undefined) return numberOfFlag("--unit", unit, [0, 255]);
  if (!/^\d{12}$/.test(address)) throw usage(`--address ${address}: write the 12 digits on the meter`);
  return address;
}

function enrolCommand({ server, code, claim }: Flags, config: string): EnrolCommand {
  if (claim && !server && !code) return { command: "enrol", config, claim };
  if (!server || !code || claim) throw usage("enrol needs --server HOST:PORT and --code, or --claim");
  return { command: "enrol", config, server, code };
}

function watchCommand(values: Flags, config: string): WatchCommand {
  return {
    command: "watch",
    config,
    everyMs: numberOfFlag("--every", values.every, [100, 3_600_000]) ?? WATCH_EVERY_MS,
    rounds: numberOfFlag("--rounds", values.rounds, [1, 1_000_000]) ?? Number.POSITIVE_INFINITY,
  };
}

const TEXT = { type: "string" } as const;
const SWITCH = { type: "boolean" } as const;

function parseOrFail(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ config: TEXT, link: TEXT, serial: TEXT, "rtu-tcp": TEXT, tcp: TEXT, echo: SWITCH },
        ...{
          baud: TEXT,
          parity: TEXT,
          units: TEXT,
          unit: TEXT,
          address: TEXT,
          ct: TEXT,
          profile: TEXT,
          timeout: TEXT,
        },
        ...{ exhaustive: SWITCH, json: SWITCH, every: TEXT, rounds: TEXT, version: SWITCH },
        ...{ server: TEXT, code: TEXT, claim: TEXT },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (cause) {
    throw gatewayError("USAGE", { why: messageOf(cause) }, cause);
  }
}

function usage(why: string) {
  return gatewayError("USAGE", { why });
}
