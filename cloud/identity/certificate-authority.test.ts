import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { caPinOf } from "@sealwatch/protocols";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CertificateAuthority } from "./certificate-authority.ts";
import { readCertificateRequest } from "./certificate-request.ts";
import { newCertificateRequest } from "./gateway-request.fixture.ts";
import { serverCertificate } from "./server-certificate.ts";

const NOW_MS = Date.parse("2026-03-01T00:00:00Z");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sw-ca-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the county's CA", () => {
  it("staysTheSameOverRestartsAndIsReadByItsOwnerOnly", async () => {
    const first = await CertificateAuthority.open(folder);
    const again = await CertificateAuthority.open(folder);
    expect(again.certificatePem).toBe(first.certificatePem);
    const certificate = new X509Certificate(first.certificatePem);
    expect(first.pin).toBe(caPinOf(certificate.raw));
    expect(certificate).toMatchObject({ ca: true, validFrom: "Jan  1 00:00:00 1970 GMT" });
    expect(certificate.validTo).toBe("Dec 31 23:59:59 9999 GMT");
    expect(statSync(join(folder, "ca", "ca.pem")).mode & 0o777).toBe(0o600);
  });

  it("isNeverReplacedWhenItCannotBeUsed", async () => {
    await CertificateAuthority.open(folder);
    const file = join(folder, "ca", "ca.pem");
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const key = other.export({ type: "pkcs8", format: "pem" }).toString();
    const certificate = readFileSync(file, "utf8").replace(/^[\s\S]*END PRIVATE KEY-----/, "");
    for (const text of ["", certificate, key + certificate]) {
      writeFileSync(file, text);
      await expect(CertificateAuthority.open(folder)).rejects.toThrow(/CA_UNUSABLE: .*ca\.pem/);
      expect(readFileSync(file, "utf8")).toBe(text);
    }
  });

  it("namesAGatewayForTwoYearsByTheKeyOfItsRequest", async () => {
    const authority = await CertificateAuthority.open(folder);
    const { csr, publicKey } = await newCertificateRequest();
    const request = await readCertificateRequest(csr);
    expect(request.publicKey).toBe(publicKey);
    const name = { gateway: "gw-7", site: "qingshi-dyes" };
    const { pem, serial, notAfterMs } = await authority.issueGateway(name, request, NOW_MS);
    const certificate = new X509Certificate(pem);
    expect(certificate.subject).toBe("CN=gw-7\nOU=qingshi-dyes");
    expect(certificate.publicKey.export({ format: "jwk" }).x).toBe(publicKey);
    expect(certificate.checkIssued(new X509Certificate(authority.certificatePem))).toBe(true);
    expect(certificate.verify(new X509Certificate(authority.certificatePem).publicKey)).toBe(true);
    expect(certificate.serialNumber.toLowerCase()).toBe(serial);
    expect(new Date(certificate.validTo).getTime()).toBe(notAfterMs);
    expect(notAfterMs - NOW_MS).toBe(730 * 86_400_000);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
  });

  it("takesNoRequestThatItsKeyHasNotSigned", async () => {
    const { csr } = await newCertificateRequest();
    const bytes = Buffer.from(csr.replaceAll(/-----[^-]+-----|\s/g, ""), "base64");
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
    await expect(readCertificateRequest(forged)).rejects.toThrow(/CSR_INVALID: .*not signed by its own key/);
    await expect(readCertificateRequest("nonsense")).rejects.toThrow(/CSR_INVALID/);
    const { csr: otherKind } = await newCertificateRequest("P-256");
    await expect(readCertificateRequest(otherKind)).rejects.toThrow(/not an Ed25519 key/);
  });

  it("certifiesTheServerAnewOnlyWhenItsNamesChange", async () => {
    const authority = await CertificateAuthority.open(folder);
    const first = await serverCertificate(authority, folder, ["cloud.example.org", "192.0.2.7"]);
    expect(await serverCertificate(authority, folder, ["cloud.example.org", "192.0.2.7"])).toEqual(first);
    const moved = await serverCertificate(authority, folder, ["new.example.org"]);
    expect(moved.key).toBe(first.key);
    const certificate = new X509Certificate(first.certificate);
    expect(certificate.subjectAltName).toBe("DNS:cloud.example.org, IP Address:192.0.2.7");
    expect(certificate.validFrom).toBe("Jan  1 00:00:00 1970 GMT");
    expect(new X509Certificate(moved.certificate).subjectAltName).toBe("DNS:new.example.org");
  });
});
