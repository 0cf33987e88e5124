import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { messageOf, secretFile } from "@sealwatch/platform";
import { ed25519PublicKey, ed25519Signer, type Signer } from "@sealwatch/protocols";
import { cloudError } from "../errors.ts";

/** The county's own Ed25519 key: what it signs are receipts, orders and revocations. */
export interface CloudKey {
  readonly signer: Signer;
  /** 32 raw bytes in base64url. */
  readonly publicKey: string;
}

/** The key of a data folder, `cloud.key`; made on the first start and never overwritten. Throws CLOUD_KEY_UNUSABLE. */
export function loadCloudKey(dataDir: string): CloudKey {
  const file = join(dataDir, "cloud.key");
  try {
    const pem = secretFile(file, newKeyPem);
    const publicKey = ed25519PublicKey(pem);
    if (publicKey === "") throw new Error("it is no Ed25519 key");
    return { signer: ed25519Signer(pem), publicKey };
  } catch (cause) {
    throw cloudError("CLOUD_KEY_UNUSABLE", { file, why: messageOf(cause) }, cause);
  }
}

function newKeyPem(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
