/**
 * The door for a thread that only seals: nothing behind it loads a schema or a parser of profiles, which would cost a gateway
 * a fifth of its memory a second time.
 */
export { decodeCose, encodeCose } from "./segment/cose-sign1.ts";
export { sortRecords } from "./segment/record-order.ts";
export { encodeSegment, NO_HASH, sealSegment } from "./segment/seal-segment.ts";
export { ed25519PublicKey, ed25519Signer } from "./segment/signing-key.ts";
export { readingsIn } from "./vocabulary/journal-record.ts";
