import type { ParseArgsConfig } from "node:util";
import { readConfigText } from "@sealwatch/platform";
import type { ListedGatewayView } from "./admin-contract.ts";
import { claimSheet } from "./claim-sheet.ts";
import { parseDuration } from "./duration.ts";
import type { Ask } from "./offline-folder.ts";

/** What a command was called with, by the name of the option. */
type Values = Readonly<Record<string, string | boolean | undefined>>;

/** One command of the operator's: its words, its options, and what it prints. */
export interface AdminCommand {
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /** Throws TypeError for wrong usage, and what the operation answers. */
  run(ask: Ask, values: Values, rest: readonly string[]): Promise<string>;
}

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

/** The operator's commands, by their words. */
export const ADMIN_COMMANDS: Readonly<Record<string, AdminCommand>> = {
  "claim create": {
    usage:
      "--site S [--gateway gw-…] [--replaces gw-…] [--expires 48h] [--json]   a code to enrol one gateway",
    options: { site: text, gateway: text, replaces: text, expires: { ...text, default: "48h" }, json: flag },
    run: async (ask, values) => {
      const { site = null, gateway = null, replaces = null } = values as Readonly<Record<string, string>>;
      if (site === null && replaces === null) throw new TypeError("write --site, or --replaces");
      const lifeMs = parseDuration(String(values["expires"]));
      const claim = await ask("claim-create", { site, gateway, replaces, lifeMs });
      return values["json"] ? JSON.stringify(claim) : claimSheet(claim);
    },
  },
  "gateway list": {
    usage: "[--json]   every gateway, its key, its certificate, and whether it is connected",
    options: { json: flag },
    run: async (ask, values) => {
      const gateways: ListedGatewayView[] = [];
      await ask("gateway-list", {}, (gateway) => gateways.push(gateway));
      return values["json"] ? JSON.stringify(gateways) : gateways.map(describeGateway).join("\n");
    },
  },
  "gateway revoke": {
    usage: "--gateway gw-… --reason TEXT   takes nothing from it any more, at once and for good",
    options: { gateway: text, reason: text },
    run: async (ask, values) => {
      const gateway = required(values, "gateway");
      const done = await ask("gateway-revoke", { gateway, reason: required(values, "reason") });
      return `${done.gateway} at ${done.site} is revoked since ${isoTime(done.revokedMs)}; its journal stays`;
    },
  },
  "revocations import": {
    usage: "FILE   after a restore: takes over the newest copy of revocations.jsonl",
    options: {},
    run: async (ask, _values, [file, ...more]) => {
      if (!file || more.length > 0) throw new TypeError("write one FILE");
      const { added, revoked } = await ask("revocations-import", { text: readConfigText(file), name: file });
      return `${added} revocations were new; ${revoked} gateways are revoked`;
    },
  },
};

function required(values: Values, name: string): string {
  const value = values[name];
  if (typeof value !== "string" || value === "") throw new TypeError(`write --${name}`);
  return value;
}

function describeGateway(gateway: ListedGatewayView): string {
  const { id, site, publicKey, certificateNotAfterMs, revokedMs, revokedWhy, replacedBy, connected } =
    gateway;
  const certificate =
    certificateNotAfterMs === null ? "no certificate" : `certificate until ${isoTime(certificateNotAfterMs)}`;
  const state =
    revokedMs === null
      ? { true: "connected", false: "not connected", null: "cloud not running" }[String(connected)]
      : `revoked ${isoTime(revokedMs)} (${revokedWhy})`;
  const successor = replacedBy && !revokedWhy?.includes(replacedBy) ? `, replaced by ${replacedBy}` : "";
  return `${id}  ${site}  ${publicKey}  ${certificate}  ${state}${successor}`;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
