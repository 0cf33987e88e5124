import { protocolError } from "../errors.ts";
import { type CborMap, type CborValue, decodeCanonical, encodeCanonical } from "../segment/canonical-cbor.ts";
import { CborReader } from "../segment/cbor-reader.ts";
import { decodeCose, encodeCose, signCose, verifyCose } from "../segment/cose-sign1.ts";
import type { Signer, Verifier } from "../segment/signing-key.ts";

const KINDS = ["config", "command"] as const;

/** What a command may ask for. `report-status`: publish status again. `seal`: seal and send the tail now. */
export const COMMANDS = ["report-status", "seal"] as const;
export type Command = (typeof COMMANDS)[number];

/** Something the cloud tells one gateway to do, signed by the cloud. */
export interface CloudOrder {
  readonly gateway: string;
  /** Only ever grows: a gateway obeys no number twice, and none below the last. */
  readonly number: number;
  readonly utcMs: number;
  readonly kind: (typeof KINDS)[number];
  /** config: the whole configuration, YAML. command: one of COMMANDS. */
  readonly text: string;
}

/** The largest order, in bytes. */
export const ORDER_MAX_BYTES = 256 * 1024;

const VERSION = 1;
const KEY = { version: 1, gateway: 2, number: 3, utcMs: 4, kind: 5, text: 6 } as const;
const GATEWAY_PATTERN = /^[a-z0-9][a-z0-9-]{1,30}[a-z0-9]$/;
const refuse = (why: string) => protocolError("MESSAGE_INVALID", { what: "order", why });

/** An order as a COSE_Sign1 by the cloud's key, for the topic named as its kind. */
export function encodeOrder(order: CloudOrder, signer: Signer): Uint8Array {
  const payload = encodeCanonical(
    new Map<number, CborValue>([
      [KEY.version, VERSION],
      [KEY.gateway, order.gateway],
      [KEY.number, order.number],
      [KEY.utcMs, order.utcMs],
      [KEY.kind, KINDS.indexOf(order.kind)],
      [KEY.text, order.text],
    ]) as CborMap,
  );
  return encodeCose(signCose(payload, signer));
}

/** The reverse of encodeOrder. Throws CBOR_INVALID, COSE_INVALID, SIGNATURE_INVALID or MESSAGE_INVALID. */
export function decodeOrder(bytes: Uint8Array, cloud: Verifier): CloudOrder {
  if (bytes.length > ORDER_MAX_BYTES) throw refuse(`is larger than ${ORDER_MAX_BYTES} bytes`);
  const cose = decodeCose(bytes, "order");
  verifyCose(cose, cloud, "order");
  const reader = new CborReader(decodeCanonical(cose[2], "order"), refuse);
  reader.int(KEY.version, VERSION, VERSION);
  const gateway = reader.text(KEY.gateway, GATEWAY_PATTERN);
  const number = reader.int(KEY.number, 1);
  const utcMs = reader.int(KEY.utcMs, 0);
  const kind = KINDS[reader.int(KEY.kind, 0, KINDS.length - 1)] ?? "command";
  const text = reader.text(KEY.text, /^/);
  reader.finish();
  return { gateway, number, utcMs, kind, text };
}
