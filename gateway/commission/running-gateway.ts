import { hasCode, messageOf } from "@sealwatch/platform";
import { connectGateway, type GatewayClient } from "../admin/gateway-client.ts";
import type { ToolParts } from "./tool-parts.ts";

/** The gateway that runs over this data folder, or null; the first line on the terminal says which. */
export async function runningGateway(
  { dataDir }: { readonly dataDir: string },
  { terminal }: Pick<ToolParts, "terminal">,
): Promise<GatewayClient | null> {
  try {
    const client = await connectGateway(dataDir);
    terminal.progress.write("through the running gateway, whose polling goes on\n");
    return client;
  } catch (error) {
    if (hasCode(error, "ADMIN_SOCKET_UNUSABLE")) terminal.progress.write(`${messageOf(error)}\n`);
    else if (!hasCode(error, "ADMIN_UNANSWERED")) throw error;
    terminal.progress.write("no gateway runs over this data folder: opening the line itself\n");
    return null;
  }
}
