import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "@sealwatch/platform/errors";
import { ed25519PublicKey } from "@sealwatch/protocols/sealing";
import { gatewayError } from "../errors.ts";

const OWNER_ONLY = 0o600;

/**
 * The gateway's private key, PKCS #8 PEM; made on the first start, readable by its owner only and never overwritten.
 * Throws KEY_UNUSABLE.
 */
export function signingKeyPem(file: string): string {
  try {
    if (!existsSync(file)) create(file);
    const pem = readFileSync(file, "utf8");
    if (ed25519PublicKey(pem) === "") throw new Error("no public half");
    return pem;
  } catch (cause) {
    throw gatewayError("KEY_UNUSABLE", { file, why: messageOf(cause) }, cause);
  }
}

function create(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  writeFileSync(file, pem, { mode: OWNER_ONLY, flag: "wx", flush: true });
}
