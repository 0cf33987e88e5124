import type { Clock } from "@sealwatch/platform";
import type { CloudConfig } from "../config/cloud-config.ts";
import type { GatewayIdentities } from "../identity/gateway-identities.ts";
import type { Database } from "../store/database.ts";

/** What the operations work on: a running cloud, or a data folder over which none runs. */
export interface AdminSubject {
  readonly config: CloudConfig;
  readonly db: Database;
  readonly clock: Clock;
  readonly identities: GatewayIdentities;
  /** The port on which gateways enrol; null when they cannot. */
  readonly enrolPort: number | null;
  /** Null while the cloud does not run. */
  isConnected(gateway: string): boolean | null;
  /** Null while the cloud does not run. */
  readonly sendOrder:
    | ((gateway: string, leaf: "config" | "command", order: Uint8Array) => Promise<void>)
    | null;
}
