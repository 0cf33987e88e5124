import { X509Certificate } from "node:crypto";
import type { Enrolment } from "@sealwatch/protocols";
import { EARLIEST_WALL_MS } from "../clock/clock-watch.ts";

/** A certificate is renewed when less than this share of its life is left. */
const RENEW_AT_SHARE = 1 / 3;

/** From when until when a certificate is valid, wall time. */
export interface CertificateLife {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The life of a certificate in PEM. */
export function certificateLife(pem: string): CertificateLife {
  const { validFrom, validTo } = new X509Certificate(pem);
  return { fromMs: Date.parse(validFrom), untilMs: Date.parse(validTo) };
}

/** Whether to ask for the next one. A clock from before the certificate was made knows nothing of its end. */
export function isRenewalDue({ fromMs, untilMs }: CertificateLife, nowMs: number): boolean {
  if (nowMs < EARLIEST_WALL_MS || nowMs < fromMs) return false;
  return untilMs - nowMs < (untilMs - fromMs) * RENEW_AT_SHARE;
}

/** Whether two certificates in PEM are one. */
export function isSameCertificate(one: string, other: string): boolean {
  return new X509Certificate(one).raw.equals(new X509Certificate(other).raw);
}

/** What is wrong with an enrolment for the holder of this key (base64url), or null: the certificate must be the CA's, ours, and in our name. */
export function enrolmentProblem(
  { gateway, certificate, ca }: Pick<Enrolment, "gateway" | "certificate" | "ca">,
  publicKey: string,
): string | null {
  let own: X509Certificate;
  let authority: X509Certificate;
  try {
    own = new X509Certificate(certificate);
    authority = new X509Certificate(ca);
  } catch {
    return "what it holds is no certificate";
  }
  if (!own.verify(authority.publicKey)) return "the certificate was not signed by the county's CA";
  if (own.publicKey.export({ format: "jwk" }).x !== publicKey)
    return "the certificate was made for another key than this gateway's";
  const name = /^CN=(.*)$/m.exec(own.subject)?.[1];
  return name === gateway ? null : `the certificate names ${name}, not ${gateway}`;
}
