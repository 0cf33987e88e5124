import { createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, secretFile } from "@sealwatch/platform";
import { cloudError } from "../errors.ts";
import type { CertificateAuthority } from "./certificate-authority.ts";

/** What the broker and the enrolment service show, PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly certificate: string;
}

/**
 * The certificate for the names that gateways dial; its key is `ca/server.key`. Issued again when the names have changed, as whoever
 * trusts the CA will notice nothing. Throws CA_UNUSABLE.
 */
export async function serverCertificate(
  authority: CertificateAuthority,
  dataDir: string,
  names: readonly string[],
): Promise<ServerCertificate> {
  const keyFile = join(dataDir, "ca", "server.key");
  const file = join(dataDir, "ca", "server.pem");
  try {
    const key = secretFile(keyFile, newKeyPem);
    const issuedFor = JSON.stringify([...names, createPublicKey(key).export({ format: "jwk" }).x]);
    const stored = existsSync(file) ? readFileSync(file, "utf8") : "";
    if (stored.startsWith(`${issuedFor}\n`) && isFrom(authority, stored)) {
      return { key, certificate: stored.slice(issuedFor.length + 1) };
    }
    const spki = createPublicKey(key).export({ format: "der", type: "spki" });
    const { pem } = await authority.issueServer(names, spki);
    const certificate = `${pem}\n`;
    writeFileSync(`${file}.new`, `${issuedFor}\n${certificate}`, { flush: true });
    renameSync(`${file}.new`, file);
    return { key, certificate };
  } catch (cause) {
    throw cloudError("CA_UNUSABLE", { file: keyFile, why: messageOf(cause) }, cause);
  }
}

function isFrom(authority: CertificateAuthority, stored: string): boolean {
  const certificate = new X509Certificate(stored.slice(stored.indexOf("\n") + 1));
  return certificate.verify(new X509Certificate(authority.certificatePem).publicKey);
}

function newKeyPem(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
