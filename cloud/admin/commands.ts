import { resolve } from "node:path";
import type { ParseArgsConfig } from "node:util";
import { readConfigText } from "@sealwatch/platform";
import { COMMANDS } from "@sealwatch/protocols";
import { z } from "zod";
import { ROLES } from "../access/policy.ts";
import { cloudError } from "../errors.ts";
import type { ListedGatewayView } from "./admin-contract.ts";
import { claimSheet } from "./claim-sheet.ts";
import { parseDuration } from "./duration.ts";
import type { Ask } from "./offline-folder.ts";

/** What a command was called with, by the name of the option. */
type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Shows how far a long command is. */
type TellProgress = (progress: { readonly done: number; readonly total: number }) => void;

/** One command of the operator's: its words, its options, and what it prints. */
export interface AdminCommand {
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /** Throws TypeError for wrong usage, and what the operation answers. */
  run(ask: Ask, values: Values, rest: readonly string[], tell: TellProgress): Promise<string>;
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
  "user create": {
    usage: "--name N --role R [--display-name TEXT] [--region ID] [--json]   the first user, or one more",
    options: { name: text, role: text, "display-name": text, region: text, json: flag },
    run: async (ask, values) => {
      const name = required(values, "name");
      const role = z.enum(ROLES).safeParse(required(values, "role"));
      if (!role.success) throw new TypeError(`write --role ${ROLES.join(" | ")}`);
      const { "display-name": displayName = name, region = null } = values as Readonly<
        Record<string, string>
      >;
      const made = await ask("user-create", { name, displayName, role: role.data, region });
      if (values["json"]) return JSON.stringify(made);
      return `${made.name} is ${role.data} of ${made.region}.\nPassword for the first sign-in, shown once: ${made.password}`;
    },
  },
  "audit export": {
    usage: "--out FILE   everything that was done as JSON lines, sealed by the county's key",
    options: { out: text },
    run: async (ask, values) => {
      const out = resolve(required(values, "out"));
      const { entries } = await ask("audit-export", { out });
      return `${entries} entries in ${out}; whoever has it checks it with: sealwatch-cloud audit verify --file ${out}`;
    },
  },
  "audit verify": {
    usage:
      "[--json] [--file FILE]   walks the chain of everything that was done, here or in an exported file, and says where it is broken",
    options: { json: flag, file: text },
    run: async (ask, values, _rest, tell) => {
      const verdict = await ask("audit-verify", {}, tell);
      if (values["json"]) return JSON.stringify(verdict);
      const { entries, caseEntries, head, brokenAt } = verdict;
      if (brokenAt) throw cloudError("AUDIT_BROKEN", { entry: brokenAt.id, why: brokenAt.why });
      return `${entries} entries, and ${caseEntries} of cases, follow each other without a break; the last one's hash is ${head ?? "(none)"}`;
    },
  },
  "evidence export": {
    usage: "--site S --from ISO --to ISO --out DIR   a bundle that proves a site's journal to others",
    options: { site: text, from: text, to: text, out: text },
    run: async (ask, values, _rest, tell) => {
      const order = { site: required(values, "site"), out: resolve(required(values, "out")) };
      const [fromMs, toMs] = [momentOf(values, "from"), momentOf(values, "to")];
      if (toMs <= fromMs) throw new TypeError("--to must be after --from");
      const { gateways, files, bytes } = await ask("evidence-export", { ...order, fromMs, toMs }, tell);
      const held = gateways.map(
        ({ id, segments, receipts }) => `${id}: ${segments} segments, ${receipts} receipts`,
      );
      return [
        `${files} files, ${bytes} bytes in ${order.out}`,
        ...held,
        "check it with verify.py there",
      ].join("\n");
    },
  },
  backup: {
    usage: "--out FILE   a consistent copy while it runs; it holds the keys, so it is secret",
    options: { out: text },
    run: async (ask, values, _rest, tell) => {
      const out = resolve(required(values, "out"));
      const { bytes, segments, secrets } = await ask("backup", { out }, tell);
      return `${out}: ${bytes} bytes, ${segments} segments, and ${secrets.join(", ")}. Keep it secret: it holds the county's keys`;
    },
  },
  "gateway order": {
    usage: `--gateway gw-… --command ${COMMANDS.join("|")}   lets a connected gateway do it now`,
    options: { gateway: text, command: text },
    run: async (ask, values) => {
      const command = COMMANDS.find((known) => known === values["command"]);
      if (!command) throw new TypeError(`write --command, one of ${COMMANDS.join(", ")}`);
      const order = { kind: "command", gateway: required(values, "gateway"), text: command } as const;
      const { gateway, number } = await ask("gateway-order", order);
      return `${gateway} was told to ${command}, order ${number}`;
    },
  },
  "gateway configure": {
    usage:
      "--gateway gw-… --file GATEWAY.yaml   lets a connected gateway try it, and go back if it cannot poll",
    options: { gateway: text, file: text },
    run: async (ask, values) => {
      const config = readConfigText(required(values, "file"));
      const order = { kind: "config", gateway: required(values, "gateway"), text: config } as const;
      const { gateway, number } = await ask("gateway-order", order);
      return `${gateway} tries it, order ${number}; its journal tells config-applied or config-rolled-back`;
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

/** A moment such as 2026-03-01T00:00+08:00, in UTC milliseconds. Without a zone it could be read in two ways. */
function momentOf(values: Values, name: string): number {
  const written = required(values, name);
  const moment = Date.parse(written);
  if (Number.isNaN(moment) || !/(Z|[+-]\d\d:?\d\d)$/.test(written))
    throw new TypeError(`write --${name} with its zone, such as 2026-03-01T00:00+08:00`);
  return moment;
}

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
