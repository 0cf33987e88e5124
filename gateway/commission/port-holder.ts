import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { LineChoice } from "../cli-options.ts";
import { loadGatewayConfig } from "../config/load-gateway-config.ts";
import { gatewayError } from "../errors.ts";

/** Processes looked at; a gateway's box has a few hundred. */
const PROCESSES_MAX = 10_000;
const COMMAND_MAX_CHARS = 80;

/** A process that has a file open. */
export interface PortHolder {
  readonly pid: number;
  readonly command: string;
}

/**
 * Who has this device file open, of the processes that this user may look into: Linux, proc(5). None where it cannot be known, and
 * not who made a pseudo terminal: socat keeps both ends of its cable open.
 * `proc` is the folder to look in.
 */
export function portHolders(path: string, proc = "/proc"): PortHolder[] {
  const file = resolved(path);
  if (file === null) return [];
  return entries(proc)
    .filter((name) => /^\d+$/.test(name))
    .slice(0, PROCESSES_MAX)
    .filter((pid) => {
      const open = entries(join(proc, pid, "fd")).map((fd) => linkOf(join(proc, pid, "fd", fd)));
      return open.includes(file) && !(file.startsWith("/dev/pts/") && open.some(isPtyMaster));
    })
    .map((pid) => ({ pid: Number(pid), command: commandOf(join(proc, pid, "cmdline")) }));
}

/** `process 12 (node main.js run …)`. */
export function holderText({ pid, command }: PortHolder): string {
  return `process ${pid} (${command})`;
}

/** Before a line is asked that no gateway lends: two who ask on one port spoil each other's answers. Throws PORT_HELD. */
export function refuseHeldPort(line: LineChoice): void {
  const path = pathOf(line);
  const [holder] = path === null ? [] : portHolders(path);
  if (path === null || !holder) return;
  const ours = /sealwatch-gateway|gateway\/dist\/main\.js/.test(holder.command);
  const fix = ours
    ? "that is a running gateway: stop its service and start it again afterwards; read and watch of its configured devices work meanwhile"
    : "end it first";
  throw gatewayError("PORT_HELD", { path, holder: holderText(holder), fix });
}

function pathOf(line: LineChoice): string | null {
  if ("target" in line) return line.target.kind === "serial" ? line.target.path : null;
  const { links } = loadGatewayConfig(line.config);
  const chosen =
    line.link === undefined && links.length === 1 ? links[0] : links.find(({ id }) => id === line.link);
  return chosen && "path" in chosen ? chosen.path : null;
}

function isPtyMaster(file: string | null): boolean {
  return file === "/dev/ptmx" || file === "/dev/pts/ptmx";
}

/** A process may end, and a folder may be another user's, while we look. */
function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function resolved(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function commandOf(file: string): string {
  try {
    const words = readFileSync(file, "utf8").split("\0").join(" ").trim();
    return words.slice(0, COMMAND_MAX_CHARS) || "unknown";
  } catch {
    return "unknown";
  }
}
