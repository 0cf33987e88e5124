import { AdminClient } from "@sealwatch/platform";
import { ADMIN_OPERATIONS } from "./admin-contract.ts";

/** A connection to the running gateway's admin socket. */
export type GatewayClient = AdminClient<typeof ADMIN_OPERATIONS>;

/** Connects to the gateway that runs over a data folder. Throws ADMIN_UNANSWERED or ADMIN_SOCKET_UNUSABLE. */
export function connectGateway(dataDir: string): Promise<GatewayClient> {
  return AdminClient.connect(dataDir, ADMIN_OPERATIONS);
}
