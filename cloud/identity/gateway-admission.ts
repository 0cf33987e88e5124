import type { Clock } from "@sealwatch/platform";
import { gatewayIdSchema, siteIdSchema } from "@sealwatch/protocols";
import type { RegisteredGateway } from "../registry/site-registry.ts";
import type { GatewayIdentities } from "./gateway-identities.ts";

/** What a verified client certificate says. */
export interface PeerCertificate {
  readonly name: string;
  readonly site: string;
  /** Ed25519, base64url; null when its key is of another kind. */
  readonly publicKey: string | null;
  readonly notAfterMs: number;
}

/** Why somebody is not let in as the gateway it says it is. */
export type AdmissionRefusal =
  | "stolen-client-id"
  | "certificate-expired"
  | "unknown-gateway"
  | "foreign-key"
  | "revoked-gateway";

/** Decides on one connection; `peer` null is plain MQTT on loopback. Pure. */
export function admissionRefusal(
  clientId: string,
  peer: PeerCertificate | null,
  gateway: RegisteredGateway | undefined,
  nowMs: number,
): AdmissionRefusal | null {
  if (peer && peer.name !== clientId) return "stolen-client-id";
  if (peer && peer.notAfterMs <= nowMs) return "certificate-expired";
  if (!gateway) return "unknown-gateway";
  if (gateway.revokedMs !== null) return "revoked-gateway";
  if (peer && peer.publicKey !== gateway.publicKey) return "foreign-key";
  return null;
}

/**
 * Knows a gateway again by its certificate, when the database that knew it was lost or restored from before its enrolment: only this CA
 * can have written it. Not while revocations are in doubt, and not for a revoked name or key. Returns the gateway if it is new.
 */
export async function readmit(
  identities: GatewayIdentities,
  peer: PeerCertificate,
  clock: Clock,
): Promise<RegisteredGateway | null> {
  const { registry, revocations } = identities;
  const { name, site, publicKey, notAfterMs } = peer;
  if (registry.gateway(name) || publicKey === null || notAfterMs <= clock.wallMs()) return null;
  if (revocations.problem !== null || revocations.of(name) || revocations.ofKey(publicKey)) return null;
  if (!gatewayIdSchema.safeParse(name).success || !siteIdSchema.safeParse(site).success) return null;
  if (!registry.site(site) || registry.gatewayOfKey(publicKey)) return null;
  return identities.register({ id: name, site, publicKey });
}
