import { parseArgs } from "node:util";
import { messageOf } from "@sealwatch/platform";
import { gatewayError } from "./errors.ts";

/** What the command line asks for. */
export type GatewayCommand =
  | { readonly command: "help" }
  | { readonly command: "version" }
  | { readonly command: "run" | "keygen" | "check-config"; readonly config: string };

const COMMANDS = ["run", "keygen", "check-config"] as const;

export const HELP_TEXT = `sealwatch-gateway: polls a site's instruments and keeps the signed journal

Usage: sealwatch-gateway <command> --config FILE

  run            poll, journal and send until told to stop
  keygen         make the gateway's key if there is none, and print its public half
                 (base64url, for the cloud's configuration)
  check-config   check the file, devices included, and print what is polled

  --config FILE  the configuration, YAML
  -h, --help     print this and end
  --version      print the version and end

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
`;

/** Reads the command line. Throws USAGE. */
export function parseCommandLine(args: readonly string[]): GatewayCommand {
  const { values, positionals } = parseOrFail(args);
  if (values.help) return { command: "help" };
  if (values.version) return { command: "version" };
  const [name, ...rest] = positionals;
  const command = COMMANDS.find((known) => known === name);
  if (!command) throw gatewayError("USAGE", { why: name ? `no command ${name}` : "name a command" });
  if (rest.length > 0) throw gatewayError("USAGE", { why: `${rest[0]} is one word too many` });
  if (!values.config) throw gatewayError("USAGE", { why: `${command} needs --config FILE` });
  return { command, config: values.config };
}

function parseOrFail(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: "string" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (cause) {
    throw gatewayError("USAGE", { why: messageOf(cause) }, cause);
  }
}
