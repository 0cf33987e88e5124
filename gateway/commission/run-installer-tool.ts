import type { GatewayCommand } from "../cli-options.ts";
import { runDoctor } from "./doctor-command.ts";
import { runEnrol } from "./enrol-command.ts";
import { refuseHeldPort } from "./port-holder.ts";
import { runRead } from "./read-command.ts";
import { runReceipts } from "./receipts-command.ts";
import { runReload } from "./reload-command.ts";
import { runScan } from "./scan-command.ts";
import { runStatus } from "./status-command.ts";
import type { ToolParts } from "./tool-parts.ts";
import { runWatch } from "./watch-command.ts";

/** The commands of the person at the box, who looks, tries and changes; each gives its exit code. */
export type InstallerCommand = Extract<
  GatewayCommand,
  { readonly command: "scan" | "read" | "watch" | "status" | "reload" | "doctor" | "enrol" | "receipts" }
>;

/** Runs one of them. A gateway at work never loads this file. */
export function runInstallerTool(asked: InstallerCommand, parts: ToolParts): Promise<number> {
  switch (asked.command) {
    case "scan":
      refuseHeldPort(asked.line);
      return runScan(asked, parts);
    case "read":
      return runRead(asked, parts);
    case "watch":
      return runWatch(asked, parts);
    case "status":
      return runStatus(asked, parts);
    case "reload":
      return runReload(asked.config, parts);
    case "receipts":
      return runReceipts(asked.config, parts);
    case "enrol":
      return runEnrol(asked, parts);
    case "doctor":
      return runDoctor(asked.config, parts);
  }
}
