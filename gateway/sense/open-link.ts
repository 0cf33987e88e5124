import type { LinkConfig } from "../config/link-config.ts";
import { type ByteLine, serialLine, tcpLine } from "./byte-line.ts";
import { dlt645Framing, rtuFraming } from "./line-framing.ts";
import type { Link } from "./link.ts";
import { ModbusTcpLink } from "./modbus-tcp-link.ts";
import { type LinkParts, SerialLink } from "./serial-link.ts";

/** The link that a configuration describes. It opens at the first question. */
export function openLink(config: LinkConfig, parts: LinkParts): Link {
  switch (config.kind) {
    case "modbus-tcp":
      return new ModbusTcpLink(config, parts);
    case "modbus-rtu":
    case "modbus-rtu-tcp":
      return new SerialLink(config, lineOf(config), rtuFraming, parts);
    case "dlt645":
    case "dlt645-tcp":
      return new SerialLink(config, lineOf(config), dlt645Framing, parts);
  }
}

function lineOf(config: Exclude<LinkConfig, { kind: "modbus-tcp" }>): ByteLine {
  return "path" in config
    ? serialLine(config.path, config)
    : tcpLine(config.host, config.port, config.timeoutMs);
}
