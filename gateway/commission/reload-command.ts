import { resolve } from "node:path";
import { connectGateway } from "../admin/gateway-client.ts";
import { loadGatewayConfig } from "../config/load-gateway-config.ts";
import type { ToolParts } from "./tool-parts.ts";

/** Lets the running gateway go over to its changed file. Returns the exit code; throws what is wrong with the file. */
export async function runReload(file: string, { terminal, signal }: ToolParts): Promise<number> {
  const { dataDir } = loadGatewayConfig(file);
  const running = await connectGateway(dataDir);
  try {
    terminal.progress.write("on trial until it has polled, a minute at most\n");
    const went = await running.ask("reload", { file: resolve(file) }, { signal });
    if (went.outcome === "rolled-back") {
      terminal.progress.write(`rolled back: ${went.reason}; the configuration before polls again\n`);
      return 1;
    }
    const silent = went.outcome === "applied" ? went.silent : [];
    terminal.out(`${went.outcome}: ${went.hash}\n`);
    if (silent.length > 0) terminal.out(`has not answered yet: ${silent.join(", ")}\n`);
    return 0;
  } finally {
    running.close();
  }
}
