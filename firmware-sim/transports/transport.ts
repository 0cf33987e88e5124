import type { LineSettings } from "./line-settings.ts";

export const TRANSPORTS = ["modbus-tcp", "modbus-rtu-tcp", "modbus-rtu", "dlt645", "dlt645-tcp"] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** How the site's devices are reached. A line carries all of them, whichever protocol they speak. */
export type Transport =
  | { readonly kind: "modbus-tcp"; readonly host: string; readonly port: number }
  | ({ readonly kind: "line-tcp"; readonly host: string; readonly port: number } & LineSettings)
  | ({
      readonly kind: "serial";
      readonly path: string;
      /** The other end of a pty pair, whose rate is looked at; a real port has none. */
      readonly peerPath: string | null;
    } & LineSettings);

/** What is usual on a line of each kind: 9600 8N1 for Modbus RTU, 2400 8E1 for DL/T 645. */
export function usualRate(name: TransportName): LineSettings {
  const dlt645 = name === "dlt645" || name === "dlt645-tcp";
  return dlt645
    ? { baud: 2400, parity: "even", turnaroundMs: TURNAROUND_DEFAULT_MS }
    : { baud: 9600, parity: "none", turnaroundMs: TURNAROUND_DEFAULT_MS };
}

/** Few meters answer sooner. */
const TURNAROUND_DEFAULT_MS = 5;
