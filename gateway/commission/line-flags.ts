import { gatewayError } from "../errors.ts";
import type { LineSettings } from "../sense/line-timing.ts";
import { BAUDS, PARITIES } from "./line-settings.ts";
import type { ScanTarget } from "./scan-target.ts";

/** The flags that name a line, as they were written. */
export interface LineFlags {
  readonly serial?: string | undefined;
  readonly "rtu-tcp"?: string | undefined;
  readonly tcp?: string | undefined;
  readonly baud?: string | undefined;
  readonly parity?: string | undefined;
  readonly echo?: boolean | undefined;
}

const MODBUS_TCP_PORT = 502;
const UNIT_MAX = 255;

/** The line that flags name; null where they name none. Throws USAGE. */
export function targetOfFlags(flags: LineFlags): ScanTarget | null {
  const given = [flags.serial, flags["rtu-tcp"], flags.tcp].filter((flag) => flag !== undefined);
  if (given.length > 1) throw usage("name one line: --serial, --rtu-tcp or --tcp");
  const echo = flags.echo ?? false;
  if (flags.serial !== undefined) return { kind: "serial", path: flags.serial, echo };
  if (flags["rtu-tcp"] !== undefined) return { kind: "rtu-tcp", ...endpoint(flags["rtu-tcp"], null), echo };
  if (flags.tcp !== undefined) return { kind: "modbus-tcp", ...endpoint(flags.tcp, MODBUS_TCP_PORT) };
  return null;
}

/** Every combination of --baud and --parity; undefined where neither is given. Throws USAGE. */
export function settingsOfFlags({ baud, parity }: LineFlags): LineSettings[] | undefined {
  if (baud === undefined && parity === undefined) return undefined;
  const bauds = baud?.split(",").map((text) => one(text, BAUDS.map(String), "--baud")) ?? ["9600"];
  const parities = parity?.split(",").map((text) => one(text, PARITIES, "--parity")) ?? ["none", "even"];
  return bauds.flatMap((rate) =>
    parities.map((bit) => ({
      baud: Number(rate),
      parity: bit as LineSettings["parity"],
      stopBits: 1 as const,
    })),
  );
}

/** Units such as `1-32,40`. Throws USAGE. */
export function unitsOfFlag(text: string | undefined): number[] | undefined {
  return text?.split(",").flatMap((part) => {
    const [, from, to] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to ?? from)];
    if (from === undefined || first > last || last > UNIT_MAX)
      throw usage(`--units ${part}: write 1-32 or 1,5,9, at most ${UNIT_MAX}`);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** A whole number of a flag between bounds; undefined where it is not given. Throws USAGE. */
export function numberOfFlag(
  name: string,
  text: string | undefined,
  [low, high]: readonly [number, number],
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < low || value > high)
    throw usage(`${name} ${text}: write a whole number from ${low} to ${high}`);
  return value;
}

function endpoint(text: string, defaultPort: number | null): { host: string; port: number } {
  const [, host, port] = /^(.+?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const number = port === undefined ? defaultPort : Number(port);
  if (!host || number === null || number < 1 || number > 65_535)
    throw usage(`${text}: write host:port, such as 192.168.1.20:4001`);
  return { host, port: number };
}

function one(text: string, known: readonly string[], flag: string): string {
  if (!known.includes(text)) throw usage(`${flag} ${text}: choose of ${known.join(", ")}`);
  return text;
}

function usage(why: string) {
  return gatewayError("USAGE", { why });
}
