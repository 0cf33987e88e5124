import { z } from "zod";
import { gatewayIdSchema, siteIdSchema } from "../vocabulary/identifier.ts";

/** The largest request or answer of the enrolment service, in bytes. */
export const ENROLMENT_MAX_BYTES = 16 * 1024;

const pem = z.string().max(8 * 1024);

/** POST /enrol/v1/claim: the claim's secret, and a PKCS #10 request (PEM) signed by the gateway's own Ed25519 key. */
export const claimRequestSchema = z.strictObject({
  secret: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{10}$/, "is not the secret of a claim code"),
  csr: pem,
  software: z.string().max(64),
});
export type ClaimRequest = z.output<typeof claimRequestSchema>;

/** POST /enrol/v1/renew: a request signed by the key of the certificate that runs out. */
export const renewRequestSchema = z.strictObject({ gateway: gatewayIdSchema, csr: pem });
export type RenewRequest = z.output<typeof renewRequestSchema>;

/** The answer to both: who the gateway is, its certificate, and whom it may believe. */
export const enrolmentSchema = z.strictObject({
  gateway: gatewayIdSchema,
  site: siteIdSchema,
  /** PEM; its common name is `gateway`, its key the one that signs the journal. */
  certificate: pem,
  /** PEM of the county's CA: the only one that the gateway trusts. */
  ca: pem,
  broker: z.strictObject({ host: z.string().min(1).max(253), port: z.int().min(1).max(65_535) }),
  /** Ed25519 key, base64url, of receipts and orders. */
  cloudKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type Enrolment = z.output<typeof enrolmentSchema>;
