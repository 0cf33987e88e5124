import { connectGateway } from "../admin/gateway-client.ts";
import type { StatusCommand } from "../cli-options.ts";
import { loadGatewayConfig } from "../config/load-gateway-config.ts";
import { statusReport } from "./status-report.ts";
import type { ToolParts } from "./tool-parts.ts";

/** Prints what the running gateway does. Returns the exit code. */
export async function runStatus(
  { config: file, json }: StatusCommand,
  { terminal, signal }: ToolParts,
): Promise<number> {
  const running = await connectGateway(loadGatewayConfig(file).dataDir);
  try {
    const status = await running.ask("status", {}, { signal });
    terminal.out(json ? `${JSON.stringify(status)}\n` : statusReport(status));
    return 0;
  } finally {
    running.close();
  }
}
