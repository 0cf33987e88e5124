import { protocolError } from "../errors.ts";
import { type CborValue, decodeCanonical, encodeCanonical, equalBytes } from "./canonical-cbor.ts";
import { COSE_ALGORITHM, type Signer, type Verifier } from "./signing-key.ts";

/** A COSE_Sign1 (RFC 9052 §4.2) as the untagged array [protected, {}, payload, signature]. */
export type CoseSign1 = readonly [Uint8Array, ReadonlyMap<number, CborValue>, Uint8Array, Uint8Array];

const EMPTY = new Uint8Array();
const ALGORITHM_LABEL = 1;
/** {1: -8}: the only protected header accepted today; the unprotected one stays empty, since nothing would notice it change. */
const ED_DSA_HEADER = encodeCanonical(new Map([[ALGORITHM_LABEL, COSE_ALGORITHM.edDsa]]));

/** Signs a payload. */
export function signCose(payload: Uint8Array, signer: Signer): CoseSign1 {
  const header = encodeCanonical(new Map([[ALGORITHM_LABEL, signer.algorithm]]));
  return [header, new Map(), payload, signer.sign(toBeSigned(header, payload))];
}

/** Takes a decoded CBOR value for a COSE_Sign1 and returns its payload, unverified. Throws COSE_INVALID. */
export function parseCose(value: CborValue | undefined, what: string): CoseSign1 {
  const invalid = (why: string) => protocolError("COSE_INVALID", { what, why });
  if (!Array.isArray(value) || value.length !== 4) throw invalid("not an array of four");
  const [header, unprotected, payload, signature] = value as readonly CborValue[];
  if (!(header instanceof Uint8Array) || !equalBytes(header, ED_DSA_HEADER))
    throw invalid("algorithm is not EdDSA");
  if (!(unprotected instanceof Map) || unprotected.size !== 0)
    throw invalid("unprotected header is not empty");
  if (!(payload instanceof Uint8Array) || !(signature instanceof Uint8Array))
    throw invalid("parts are not bytes");
  return [header, new Map(), payload, signature];
}

/** Throws SIGNATURE_INVALID unless the verifier's key signed this. */
export function verifyCose(cose: CoseSign1, verifier: Verifier, what: string): void {
  const [header, , payload, signature] = cose;
  if (!verifier.verify(toBeSigned(header, payload), signature))
    throw protocolError("SIGNATURE_INVALID", { what });
}

/** Bytes of a COSE_Sign1 on its own. */
export function encodeCose(cose: CoseSign1): Uint8Array {
  return encodeCanonical(cose as unknown as CborValue);
}

/** The reverse of encodeCose. Throws CBOR_INVALID or COSE_INVALID. */
export function decodeCose(bytes: Uint8Array, what: string): CoseSign1 {
  return parseCose(decodeCanonical(bytes, what), what);
}

/** Sig_structure, RFC 9052 §4.4. */
function toBeSigned(header: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeCanonical(["Signature1", header, EMPTY, payload]);
}
