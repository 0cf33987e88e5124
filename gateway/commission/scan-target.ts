import type { LinkConfig } from "../config/link-config.ts";
import { gatewayError } from "../errors.ts";
import type { LineMode } from "./scan-plan.ts";

/** What a scan asks through: a serial port, a serial server, or an endpoint that speaks Modbus TCP. */
export type ScanTarget =
  | { readonly kind: "serial"; readonly path: string; readonly echo: boolean }
  | { readonly kind: "rtu-tcp"; readonly host: string; readonly port: number; readonly echo: boolean }
  | { readonly kind: "modbus-tcp"; readonly host: string; readonly port: number };

const SCAN_ID = "bus-1";
const DIAL_TIMEOUT_MS = 3_000;

/** The link that speaks to a target in a mode. */
export function linkConfigFor(
  target: ScanTarget,
  { protocol, settings }: LineMode,
  id = SCAN_ID,
): LinkConfig {
  const timeoutMs = target.kind === "serial" ? 1_000 : DIAL_TIMEOUT_MS;
  if (target.kind === "modbus-tcp" || !settings) {
    if (target.kind !== "modbus-tcp")
      throw gatewayError("USAGE", { why: "a serial line needs its settings" });
    return { id, kind: "modbus-tcp", host: target.host, port: target.port, timeoutMs };
  }
  const line = { id, timeoutMs, ...settings, turnaroundMs: 0, echo: target.echo } as const;
  const baud = settings.baud as Extract<LinkConfig, { kind: "modbus-rtu" }>["baud"];
  if (target.kind === "serial") {
    const kind = protocol === "modbus" ? "modbus-rtu" : "dlt645";
    return { ...line, baud, kind, path: target.path };
  }
  const kind = protocol === "modbus" ? "modbus-rtu-tcp" : "dlt645-tcp";
  return { ...line, baud, kind, host: target.host, port: target.port };
}

/** The target that a configured link is, so that its line can be scanned. Throws USAGE for a link that is no line. */
export function targetOf(link: LinkConfig): ScanTarget {
  if (link.kind === "modbus-tcp") return { kind: "modbus-tcp", host: link.host, port: link.port };
  if (link.kind === "gpio" || link.kind === "power-supply")
    throw gatewayError("USAGE", { why: `${link.id} is ${link.kind}: there is no line to ask on` });
  return "path" in link
    ? { kind: "serial", path: link.path, echo: link.echo }
    : { kind: "rtu-tcp", host: link.host, port: link.port, echo: link.echo };
}
