import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { messageOf, secretFile, systemRandom } from "@sealwatch/platform";
import { caPinOf } from "@sealwatch/protocols";
import { cloudError } from "../errors.ts";
import type { CertificateRequest } from "./certificate-request.ts";
import { ALWAYS, P256, webcrypto, x509 } from "./x509.ts";

/** How long a gateway's certificate is good for. */
const GATEWAY_CERTIFICATE_MS = 2 * 365 * 86_400_000;
/** A certificate is good from a day before, so that a cloud whose clock was set back a little takes it. */
const CLOCK_TOLERANCE_MS = 86_400_000;
const SERIAL_BYTES = 16;
const SUBJECT = "CN=Sealwatch county CA, O=Sealwatch";

/** Whom a gateway's certificate names. */
export interface GatewayName {
  readonly gateway: string;
  readonly site: string;
}

/** A certificate as it was issued. */
export interface IssuedCertificate {
  readonly serial: string;
  readonly pem: string;
  readonly notAfterMs: number;
}

/** The county's own CA: the only one that its gateways trust, and that it trusts gateways by. */
export class CertificateAuthority {
  readonly certificatePem: string;
  /** The first bytes of its SHA-256, as claim codes carry them. */
  readonly pin: string;
  readonly #certificate: x509.X509Certificate;
  readonly #key: Awaited<ReturnType<typeof importKey>>;

  private constructor(certificatePem: string, key: Awaited<ReturnType<typeof importKey>>) {
    this.certificatePem = certificatePem;
    this.#certificate = new x509.X509Certificate(certificatePem);
    this.pin = caPinOf(new Uint8Array(this.#certificate.rawData));
    this.#key = key;
  }

  /** Whether this data folder has a CA. */
  static exists(dataDir: string): boolean {
    return existsSync(fileOf(dataDir));
  }

  /** Opens the CA of a data folder, `ca/ca.pem`; made on the first start and never overwritten. Throws CA_UNUSABLE. */
  static async open(dataDir: string): Promise<CertificateAuthority> {
    const file = fileOf(dataDir);
    try {
      // Key and certificate are one file: neither can be lost or restored without the other.
      const made = existsSync(file) ? "" : await makeAuthority();
      const { key, certificate } = splitPem(secretFile(file, () => made));
      if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)))
        throw new Error("key and certificate do not belong together");
      return new CertificateAuthority(certificate, await importKey(key));
    } catch (cause) {
      throw cloudError("CA_UNUSABLE", { file, why: messageOf(cause) }, cause);
    }
  }

  /** A certificate for a gateway's own journal key, for mutual TLS. */
  async issueGateway(
    { gateway, site }: GatewayName,
    { spki }: CertificateRequest,
    nowMs: number,
  ): Promise<IssuedCertificate> {
    const notAfterMs = nowMs + GATEWAY_CERTIFICATE_MS;
    return this.#issue({
      subject: [{ CN: [gateway] }, { OU: [site] }],
      spki,
      notBefore: new Date(nowMs - CLOCK_TOLERANCE_MS),
      notAfter: new Date(notAfterMs),
      extensions: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth], true)],
    });
  }

  /** A certificate for the broker and the enrolment service under these host names and addresses. */
  async issueServer(names: readonly string[], spki: Uint8Array): Promise<IssuedCertificate> {
    return this.#issue({
      subject: [{ CN: ["Sealwatch cloud"] }],
      spki,
      ...ALWAYS,
      extensions: [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth], true),
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isAddress(value) ? ("ip" as const) : ("dns" as const), value })),
        ),
      ],
    });
  }

  async #issue(wanted: {
    subject: x509.JsonName;
    spki: Uint8Array;
    notBefore: Date;
    notAfter: Date;
    extensions: x509.Extension[];
  }): Promise<IssuedCertificate> {
    const serial = newSerial();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial,
      issuer: this.#certificate.subject,
      subject: wanted.subject,
      notBefore: wanted.notBefore,
      notAfter: wanted.notAfter,
      publicKey: new x509.PublicKey(wanted.spki),
      signingKey: this.#key,
      signingAlgorithm: P256,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        ...wanted.extensions,
      ],
    });
    // Stored in whole seconds, as certificates are.
    return { serial, pem: certificate.toString("pem"), notAfterMs: certificate.notAfter.getTime() };
  }
}

function fileOf(dataDir: string): string {
  return join(dataDir, "ca", "ca.pem");
}

/** Random and positive, and so never the same twice. */
function newSerial(): string {
  const bytes = systemRandom.bytes(SERIAL_BYTES);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString("hex");
}

async function makeAuthority(): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: SUBJECT,
    ...ALWAYS,
    keys,
    signingAlgorithm: P256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const key = x509.PemConverter.encode(
    await webcrypto.subtle.exportKey("pkcs8", keys.privateKey),
    "PRIVATE KEY",
  );
  return `${key}\n${certificate.toString("pem")}\n`;
}

function splitPem(text: string): { key: string; certificate: string } {
  const block = (label: string) =>
    new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`).exec(text)?.[0];
  const key = block("PRIVATE KEY");
  const certificate = block("CERTIFICATE");
  if (!key || !certificate) throw new Error("it does not hold a key and a certificate");
  return { key, certificate };
}

async function importKey(pem: string) {
  const der = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
  return webcrypto.subtle.importKey("pkcs8", der, P256, false, ["sign"]);
}

function isAddress(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(":");
}
