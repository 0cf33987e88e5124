import type { LinkConfig } from "../config/link-config.ts";
import { type ByteLine, serialLine, tcpLine } from "./byte-line.ts";
import { gpioInputs } from "./gpio-inputs.ts";
import { ImageLink } from "./image-link.ts";
import { dlt645Framing, rtuFraming } from "./line-framing.ts";
import type { Link } from "./link.ts";
import { ModbusTcpLink } from "./modbus-tcp-link.ts";
import { powerSupply } from "./power-supply.ts";
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
    case "gpio":
      return new ImageLink(config.id, gpioInputs(config), parts);
    case "power-supply":
      return new ImageLink(config.id, powerSupply(config.path), parts);
  }
}

function lineOf(config: Extract<LinkConfig, { baud: number }>): ByteLine {
  return "path" in config
    ? serialLine(config.path, config)
    : tcpLine(config.host, config.port, config.timeoutMs);
}
