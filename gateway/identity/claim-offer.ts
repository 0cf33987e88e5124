import { messageOf } from "@sealwatch/platform";
import { type ClaimCode, parseClaimCode, sha256Hex } from "@sealwatch/protocols";
import { gatewayError } from "../errors.ts";

/** Where to enrol, and with which code. */
export interface ClaimOffer {
  readonly server: ServerAddress;
  readonly code: ClaimCode;
}

/** An HTTPS server's host and port. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Where a cloud enrols unless it is told otherwise. */
const ENROLMENT_PORT = 8443;
const SERVER_PATTERN = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9][a-z0-9.-]{0,252}))(?::(\d{1,5}))?$/i;
const MARK_CHARS = 16;

/** An offer as typed. Throws USAGE. */
export function typedOffer(server: string, code: string): ClaimOffer {
  return { server: parseServer(server), code: parseCode(code) };
}

/** An offer as scanned: `sealwatch:enrol?server=HOST:PORT&code=XXXX-…`. Throws USAGE. */
export function scannedOffer(text: string): ClaimOffer {
  const { protocol, pathname, searchParams } = URL.canParse(text) ? new URL(text) : new URL("x:");
  const [server, code] = [searchParams.get("server"), searchParams.get("code")];
  if (protocol !== "sealwatch:" || pathname !== "enrol" || !server || !code)
    throw usage("--claim must be the text of the QR code: 'sealwatch:enrol?server=…&code=…', in quotes");
  return typedOffer(server, code);
}

/** HOST:PORT, HOST or [IPv6]:PORT. Throws USAGE. */
export function parseServer(text: string): ServerAddress {
  const [, bracketed, name, port] = SERVER_PATTERN.exec(text) ?? [];
  const host = bracketed ?? name;
  if (host === undefined) throw usage(`--server ${text}: write HOST:PORT`);
  return { host, port: port === undefined ? ENROLMENT_PORT : Number(port) };
}

/** HOST:PORT. */
export function serverText({ host, port }: ServerAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Tells one claim code from another without keeping it. */
export function claimMark({ secret }: ClaimCode): string {
  return sha256Hex(new TextEncoder().encode(secret)).slice(0, MARK_CHARS);
}

function parseCode(code: string): ClaimCode {
  try {
    return parseClaimCode(code);
  } catch (cause) {
    throw gatewayError("USAGE", { why: messageOf(cause).replace(/^[A-Z_]+: /, "") }, cause);
  }
}

function usage(why: string) {
  return gatewayError("USAGE", { why });
}
