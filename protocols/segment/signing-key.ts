import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";

/** COSE algorithm numbers (RFC 9053 §2.2). SM2 has none registered yet; its place is kept here. */
export const COSE_ALGORITHM = { edDsa: -8 } as const;

/** Signs the journal. The private key may live in a file or in a chip. */
export interface Signer {
  readonly algorithm: number;
  sign(message: Uint8Array): Uint8Array;
}

/** Checks what a gateway signed. */
export interface Verifier {
  readonly algorithm: number;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

/** An Ed25519 signer from a PKCS #8 PEM. */
export function ed25519Signer(privateKeyPem: string): Signer {
  const key = createPrivateKey(privateKeyPem);
  return { algorithm: COSE_ALGORITHM.edDsa, sign: (message) => new Uint8Array(sign(null, message, key)) };
}

/** An Ed25519 verifier from 32 raw bytes in base64url, the form configurations use. */
export function ed25519Verifier(publicKey: string): Verifier {
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: publicKey }, format: "jwk" });
  return {
    algorithm: COSE_ALGORITHM.edDsa,
    verify: (message, signature) => verify(null, message, key, signature),
  };
}

/** The public half of a PKCS #8 PEM, 32 raw bytes in base64url; empty when the key is of another kind. */
export function ed25519PublicKey(privateKeyPem: string): string {
  const { crv, x } = createPublicKey(createPrivateKey(privateKeyPem)).export({ format: "jwk" });
  return crv === "Ed25519" && x ? x : "";
}

/** SHA-256 in lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
