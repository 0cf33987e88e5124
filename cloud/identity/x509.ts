import "reflect-metadata";
import { createPublicKey, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto);

/** ECDSA over P-256: what the CA and the server sign with. */
export const P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Certificates outlast every clock: a gateway that lost the time must still be able to check them. */
export const ALWAYS = { notBefore: new Date(0), notAfter: new Date("9999-12-31T23:59:59Z") } as const;

/** The raw Ed25519 key of a SubjectPublicKeyInfo (DER), base64url; null when the key is of another kind. */
export function ed25519KeyOf(spki: Uint8Array): string | null {
  const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  return key.asymmetricKeyType === "ed25519" ? (key.export({ format: "jwk" }).x ?? null) : null;
}

export { webcrypto, x509 };
