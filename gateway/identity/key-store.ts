import { createPublicKey } from "node:crypto";
import type { SecureContextOptions } from "node:tls";
import { ed25519PublicKey, ed25519Signer, type Signer } from "@sealwatch/protocols";
import { signingKeyPem } from "../journal/signing-key-file.ts";

/**
 * The gateway's one key: it signs the journal, notices and certificate requests, and proves the gateway to the broker. Whoever asks
 * gets signatures, never the key; only TLS is given what Node needs to use it.
 */
export interface KeyStore {
  /** 32 raw bytes, base64url. */
  readonly publicKey: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeyDer: Uint8Array;
  readonly signer: Signer;
  /** A private key, or the name by which an OpenSSL engine finds one that does not leave its chip. */
  readonly tlsKey: Pick<SecureContextOptions, "key" | "privateKeyEngine" | "privateKeyIdentifier">;
}

/** The key in a PKCS #8 PEM file, made if there is none. Throws KEY_UNUSABLE. */
export function fileKeyStore(file: string): KeyStore {
  const pem = signingKeyPem(file);
  return {
    publicKey: ed25519PublicKey(pem),
    publicKeyDer: new Uint8Array(createPublicKey(pem).export({ format: "der", type: "spki" })),
    signer: ed25519Signer(pem),
    tlsKey: { key: pem },
  };
}
