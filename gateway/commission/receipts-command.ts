import { ed25519Verifier } from "@sealwatch/protocols";
import { loadGatewayConfig } from "../config/load-gateway-config.ts";
import { gatewayError } from "../errors.ts";
import { readEnrolment } from "../identity/enrolment-file.ts";
import { keptReceipts } from "../uplink/receipt-shelf.ts";
import type { ToolParts } from "./tool-parts.ts";

/** Prints the cloud's receipts for this gateway's journal, oldest first, with the file of each. Returns the exit code. */
export async function runReceipts(file: string, { terminal }: Pick<ToolParts, "terminal">): Promise<number> {
  const { dataDir } = loadGatewayConfig(file);
  const enrolment = readEnrolment(dataDir);
  if (!enrolment) throw gatewayError("NOT_ENROLLED", { why: "so nobody signed a receipt for it" });
  const receipts = keptReceipts(dataDir, ed25519Verifier(enrolment.cloudKey));
  terminal.out(`the cloud's key  ${enrolment.cloudKey}\n`);
  for (const { utcMs, head, file: path } of receipts)
    terminal.out(
      `${new Date(utcMs).toISOString()}  epoch ${head.epoch}  segment ${head.seq}  ${head.hash}  ${path}\n`,
    );
  if (receipts.length === 0) terminal.out("no receipt yet\n");
  return 0;
}
