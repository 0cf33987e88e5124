import { protocolError } from "../errors.ts";
import { type CborMap, type CborValue, decodeCanonical, encodeCanonical } from "../segment/canonical-cbor.ts";
import { CborReader, checkedHex, checkedInt, fromHex } from "../segment/cbor-reader.ts";
import {
  EPOCH_BYTES,
  type JournalPosition,
  positionFromCbor,
  positionToCbor,
  SEQ_MAX,
} from "../segment/journal-position.ts";

/** Epochs told in one hello: enough for a gateway that restarted eight times a day for a month. Of more the oldest and the newest are told. */
export const HELLO_EPOCHS_MAX = 256;

/** One epoch that the gateway still holds, and which of its sealed segments. `newestSeq` is 0 when none is sealed yet. */
export interface HeldEpoch {
  readonly epoch: string;
  readonly parent: JournalPosition | null;
  readonly oldestSeq: number;
  readonly newestSeq: number;
}

/** What a gateway says on connecting: what it holds, oldest epoch first. The cloud answers with an ack. */
export interface Hello {
  readonly epochs: readonly HeldEpoch[];
  /** The gateway's software, for the operator's screen. */
  readonly software: string;
}

const VERSION = 1;
const KEY = { version: 1, epochs: 2, software: 3 } as const;
const SOFTWARE_PATTERN = /^[\x20-\x7e]{0,64}$/;
const refuse = (why: string) => protocolError("MESSAGE_INVALID", { what: "hello", why });

/** A hello as CBOR. */
export function encodeHello(hello: Hello): Uint8Array {
  // The oldest says where the gateway's memory begins: a cloud that was emptied has to know.
  const { epochs: held } = hello;
  const epochs =
    held.length > HELLO_EPOCHS_MAX ? [...held.slice(0, 1), ...held.slice(1 - HELLO_EPOCHS_MAX)] : held;
  return encodeCanonical(
    new Map<number, CborValue>([
      [KEY.version, VERSION],
      [
        KEY.epochs,
        epochs.map(({ epoch, parent, oldestSeq, newestSeq }) => [
          fromHex(epoch),
          positionToCbor(parent),
          oldestSeq,
          newestSeq,
        ]),
      ],
      [KEY.software, hello.software],
    ]) as CborMap,
  );
}

/** The reverse of encodeHello. Throws CBOR_INVALID or MESSAGE_INVALID. */
export function decodeHello(bytes: Uint8Array): Hello {
  const reader = new CborReader(decodeCanonical(bytes, "hello"), refuse);
  reader.int(KEY.version, VERSION, VERSION);
  const epochs = reader.list(KEY.epochs, HELLO_EPOCHS_MAX).map(readEpoch);
  const software = reader.text(KEY.software, SOFTWARE_PATTERN);
  reader.finish();
  return { epochs, software };
}

function readEpoch(value: CborValue): HeldEpoch {
  const bad = () => refuse("an epoch is malformed");
  if (!Array.isArray(value) || value.length !== 4) throw bad();
  const parts = value as readonly CborValue[];
  return {
    epoch: checkedHex(parts[0], EPOCH_BYTES, bad),
    parent: positionFromCbor(parts[1], bad),
    oldestSeq: checkedInt(parts[2], 0, SEQ_MAX, bad),
    newestSeq: checkedInt(parts[3], 0, SEQ_MAX, bad),
  };
}
