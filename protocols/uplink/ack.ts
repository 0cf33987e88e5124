import { protocolError } from "../errors.ts";
import { type CborMap, type CborValue, decodeCanonical, encodeCanonical } from "../segment/canonical-cbor.ts";
import { CborReader } from "../segment/cbor-reader.ts";
import { type JournalPosition, positionFromCbor, positionToCbor } from "../segment/journal-position.ts";

/**
 * What the cloud has committed. `head` is the newest segment it holds of the journal that the last hello described, and
 * everything before it is held too; null: it holds none of it.
 */
export interface Ack {
  readonly head: JournalPosition | null;
  /** `hello`: answers a hello; send what follows `head`. `commit`: `head` moved. `rewind`: something was missing; send from `head` again. */
  readonly reason: AckReason;
  /** A HeadReceipt as encodeReceipt makes it, now and then: for the gateway to keep. */
  readonly receipt?: Uint8Array;
}

const REASONS = ["hello", "commit", "rewind"] as const;
type AckReason = (typeof REASONS)[number];

const VERSION = 1;
const KEY = { version: 1, head: 2, reason: 3, receipt: 4 } as const;
const RECEIPT_MAX_BYTES = 512;
const refuse = (why: string) => protocolError("MESSAGE_INVALID", { what: "ack", why });

/** An ack as CBOR. */
export function encodeAck(ack: Ack): Uint8Array {
  return encodeCanonical(
    new Map<number, CborValue>([
      [KEY.version, VERSION],
      [KEY.head, positionToCbor(ack.head)],
      [KEY.reason, REASONS.indexOf(ack.reason)],
      ...(ack.receipt ? [[KEY.receipt, ack.receipt] as const] : []),
    ]) as CborMap,
  );
}

/** The reverse of encodeAck. Throws CBOR_INVALID or MESSAGE_INVALID. */
export function decodeAck(bytes: Uint8Array): Ack {
  const reader = new CborReader(decodeCanonical(bytes, "ack"), refuse);
  reader.int(KEY.version, VERSION, VERSION);
  const head = reader.value(KEY.head, (value) =>
    positionFromCbor(value, () => refuse("key 2 is not a position")),
  );
  const reason = REASONS[reader.int(KEY.reason, 0, REASONS.length - 1)] ?? "commit";
  const receipt = reader.optional(KEY.receipt, readReceipt);
  reader.finish();
  return receipt ? { head, reason, receipt } : { head, reason };
}

function readReceipt(value: CborValue | undefined): Uint8Array {
  if (value instanceof Uint8Array && value.length <= RECEIPT_MAX_BYTES) return value;
  throw refuse("key 4 is not a receipt");
}
