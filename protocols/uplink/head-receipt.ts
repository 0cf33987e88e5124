import { protocolError } from "../errors.ts";
import { type CborMap, type CborValue, decodeCanonical, encodeCanonical } from "../segment/canonical-cbor.ts";
import { CborReader } from "../segment/cbor-reader.ts";
import { decodeCose, encodeCose, signCose, verifyCose } from "../segment/cose-sign1.ts";
import { type JournalPosition, positionFromCbor, positionToCbor } from "../segment/journal-position.ts";
import type { Signer, Verifier } from "../segment/signing-key.ts";

/**
 * The cloud's signed word that at `utcMs` it held this gateway's journal up to `head`. The gateway keeps it: whoever holds it can show
 * later that nothing up to there was altered, dropped or reordered, whatever has become of the cloud since.
 */
export interface HeadReceipt {
  readonly gateway: string;
  readonly head: JournalPosition;
  readonly utcMs: number;
}

const VERSION = 1;
const KEY = { version: 1, gateway: 2, head: 3, utcMs: 4 } as const;
const GATEWAY_PATTERN = /^[a-z0-9][a-z0-9-]{1,30}[a-z0-9]$/;
const refuse = (why: string) => protocolError("MESSAGE_INVALID", { what: "receipt", why });

/** A receipt as a COSE_Sign1 by the cloud's key. */
export function encodeReceipt({ gateway, head, utcMs }: HeadReceipt, signer: Signer): Uint8Array {
  const payload = encodeCanonical(
    new Map<number, CborValue>([
      [KEY.version, VERSION],
      [KEY.gateway, gateway],
      [KEY.head, positionToCbor(head)],
      [KEY.utcMs, utcMs],
    ]) as CborMap,
  );
  return encodeCose(signCose(payload, signer));
}

/** The reverse of encodeReceipt. Throws CBOR_INVALID, COSE_INVALID, SIGNATURE_INVALID or MESSAGE_INVALID. */
export function decodeReceipt(bytes: Uint8Array, cloud: Verifier): HeadReceipt {
  const cose = decodeCose(bytes, "receipt");
  verifyCose(cose, cloud, "receipt");
  const reader = new CborReader(decodeCanonical(cose[2], "receipt"), refuse);
  reader.int(KEY.version, VERSION, VERSION);
  const gateway = reader.text(KEY.gateway, GATEWAY_PATTERN);
  const bad = () => refuse("key 3 is not a position");
  const head = reader.value(KEY.head, (value) => positionFromCbor(value, bad));
  if (head === null) throw bad();
  const utcMs = reader.int(KEY.utcMs, 0);
  reader.finish();
  return { gateway, head, utcMs };
}
