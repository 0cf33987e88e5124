import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { type Enrolment, ed25519Signer, type Signer } from "@sealwatch/protocols";

x509.cryptoProvider.set(webcrypto);

const P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const YEAR_MS = 365 * 86_400_000;

/** A gateway's key and its signed request. */
export interface RigKey {
  /** PKCS #8, PEM. */
  readonly key: string;
  readonly csr: string;
  readonly signer: Signer;
}

/** What a gateway has after enrolling. */
export type RigCredentials = RigKey & Enrolment;

export async function newGatewayKey(): Promise<RigKey> {
  const keys = await webcrypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  if (!("privateKey" in keys)) throw new Error("a pair was asked for");
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: "CN=a-new-gateway",
    keys,
    signingAlgorithm: { name: "Ed25519" },
  });
  const der = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  const key = x509.PemConverter.encode(der, "PRIVATE KEY");
  return { key, csr: request.toString("pem"), signer: ed25519Signer(key) };
}

/** Who signs a certificate. */
export interface RigIssuer {
  readonly name: string;
  readonly key: webcrypto.CryptoKey;
}

/** The county's own CA, for certificates that it would not write. */
export async function countyIssuer(dataDir: string): Promise<RigIssuer> {
  const pem = readFileSync(join(dataDir, "ca", "ca.pem"), "utf8");
  const der = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
  const key = await webcrypto.subtle.importKey("pkcs8", der, P256, false, ["sign"]);
  const certificate = pem.slice(pem.indexOf("-----BEGIN CERTIFICATE"));
  return { name: new x509.X509Certificate(certificate).subject, key };
}

/** Another CA that says the county's name. */
export async function foreignIssuer({ name }: RigIssuer): Promise<RigIssuer> {
  const keys = await webcrypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  return { name, key: keys.privateKey };
}

/** A client certificate for a request's key; one that ended a day ago if `expired`. PEM. */
export async function writeCertificate(
  { name, key }: RigIssuer,
  subject: { gateway: string; site: string },
  { csr }: Pick<RigKey, "csr">,
  { expired = false } = {},
): Promise<string> {
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8)))
      .toString("hex")
      .replace(/^./, "1"),
    issuer: name,
    subject: [{ CN: [subject.gateway] }, { OU: [subject.site] }],
    notBefore: new Date(now - YEAR_MS),
    notAfter: new Date(expired ? now - 86_400_000 : now + YEAR_MS),
    publicKey: new x509.Pkcs10CertificateRequest(csr).publicKey,
    signingKey: key,
    signingAlgorithm: P256,
    extensions: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
  });
  return certificate.toString("pem");
}
