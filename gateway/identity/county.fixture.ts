import "reflect-metadata";
import { generateKeyPairSync, webcrypto, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import * as x509 from "@peculiar/x509";
import { systemClock } from "@sealwatch/platform";
import {
  type ClaimRequest,
  caPinOf,
  type Enrolment,
  ed25519PublicKey,
  ed25519Signer,
  formatClaimCode,
  type RenewRequest,
} from "@sealwatch/protocols";

x509.cryptoProvider.set(webcrypto);

const P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const ALWAYS = { notBefore: new Date(0), notAfter: new Date("9999-12-31T23:59:59Z") } as const;
const DAY_MS = 86_400_000;
/** The secret of the county's codes. */
export const SECRET = "7H3K9QWM2T";

/** A certificate and its key, PEM. */
interface KeptCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** A county's CA and enrolment service in miniature, over real HTTPS. */
export class County {
  readonly caPem: string;
  readonly #caKeys: webcrypto.CryptoKeyPair;
  readonly #server: KeptCertificate;
  readonly #cloudKey = generateKeyPairSync("ed25519")
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
  #https: Server | null = null;
  readonly asked: { readonly path: string; readonly body: unknown }[] = [];
  gateway = "gw-000001";
  /** What the next claims are answered with instead of a certificate. */
  refusal: { readonly status: number; readonly detail: string } | null = null;
  /** Days until the next certificates end, of a life of 90. */
  daysLeft = 90;
  broker = { host: "127.0.0.1", port: 8883 };

  private constructor(caPem: string, caKeys: webcrypto.CryptoKeyPair, server: KeptCertificate) {
    this.caPem = caPem;
    this.#caKeys = caKeys;
    this.#server = server;
  }

  static async found(names: readonly string[] = ["127.0.0.1", "localhost"]): Promise<County> {
    const caKeys = await newKeys();
    const ca = await x509.X509CertificateGenerator.createSelfSigned({
      name: "CN=County CA",
      ...ALWAYS,
      keys: caKeys,
      signingAlgorithm: P256,
      extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
    });
    const server = await serverCertificate(ca.subject, caKeys, names);
    return new County(ca.toString("pem"), caKeys, server);
  }

  get server(): KeptCertificate {
    return this.#server;
  }

  get signer() {
    return ed25519Signer(this.#cloudKey);
  }

  get cloudKey(): string {
    return ed25519PublicKey(this.#cloudKey);
  }

  get code(): string {
    return formatClaimCode({ secret: SECRET, caPin: caPinOf(new X509Certificate(this.caPem).raw) });
  }

  get address(): string {
    const address = this.#https?.address();
    return `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  }

  /** Serves enrolment; shows `other`'s certificate where that is given. */
  async serve(other: KeptCertificate = this.#server): Promise<void> {
    this.#https = createServer(
      { key: other.key, cert: other.certificate, minVersion: "TLSv1.3" },
      (request, response) => {
        const parts: Buffer[] = [];
        request.on("data", (part: Buffer) => parts.push(part));
        request.on("end", () => {
          const body = Buffer.concat(parts).toString("utf8");
          const path = request.url ?? "";
          this.asked.push({ path, body: body ? JSON.parse(body) : null });
          if (path === "/enrol/v1/ca") response.end(this.caPem);
          else if (this.refusal) response.writeHead(this.refusal.status).end(JSON.stringify(this.refusal));
          else
            void this.#enrol(JSON.parse(body) as ClaimRequest | RenewRequest).then((answer) =>
              response.end(JSON.stringify(answer)),
            );
        });
      },
    );
    this.#https.listen(0, "127.0.0.1");
    await once(this.#https, "listening");
  }

  close(): void {
    this.#https?.closeAllConnections();
    this.#https?.close();
  }

  async #enrol({ csr }: ClaimRequest | RenewRequest): Promise<Enrolment> {
    const request = new x509.Pkcs10CertificateRequest(csr);
    if (!(await request.verify())) throw new Error("the request is not signed by its key");
    return this.enrolment(new Uint8Array(request.publicKey.rawData));
  }

  /** An enrolment of whoever holds this key (SubjectPublicKeyInfo, DER). */
  async enrolment(spki: Uint8Array): Promise<Enrolment> {
    const untilMs = systemClock.wallMs() + this.daysLeft * DAY_MS;
    const certificate = await x509.X509CertificateGenerator.create({
      issuer: new x509.X509Certificate(this.caPem).subject,
      subject: [{ CN: [this.gateway] }, { OU: ["qingshi-dyes"] }],
      notBefore: new Date(untilMs - 90 * DAY_MS),
      notAfter: new Date(untilMs),
      publicKey: new x509.PublicKey(spki),
      signingKey: this.#caKeys.privateKey,
      signingAlgorithm: P256,
    });
    return {
      gateway: this.gateway,
      site: "qingshi-dyes",
      certificate: certificate.toString("pem"),
      ca: this.caPem,
      broker: this.broker,
      cloudKey: this.cloudKey,
    };
  }
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(P256, true, ["sign", "verify"]);
}

async function serverCertificate(
  issuer: string,
  caKeys: webcrypto.CryptoKeyPair,
  names: readonly string[],
): Promise<KeptCertificate> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    issuer,
    subject: "CN=Sealwatch cloud",
    ...ALWAYS,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: P256,
    extensions: [
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: /^[\d.]+$/.test(value) ? ("ip" as const) : ("dns" as const), value })),
      ),
    ],
  });
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { certificate: certificate.toString("pem"), key: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
}
