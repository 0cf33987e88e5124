import type { Clock } from "@sealwatch/platform";
import type { ClaimRequest, Enrolment, RenewRequest } from "@sealwatch/protocols";
import { cloudError } from "../errors.ts";
import type { RegisteredGateway } from "../registry/site-registry.ts";
import type { Database } from "../store/database.ts";
import { newestCertificate, storeCertificate, storedGateways, storeGateway } from "./certificate-book.ts";
import { type CertificateRequest, readCertificateRequest } from "./certificate-request.ts";
import type { StoredClaim } from "./claim-book.ts";
import type { GatewayIdentities } from "./gateway-identities.ts";

/** A renewal asked for again within this time is answered with the certificate that was issued. */
const RENEWED_AGAIN_MS = 86_400_000;

export interface EnrolmentDependencies {
  readonly db: Database;
  readonly identities: GatewayIdentities;
  readonly clock: Clock;
  /** Where gateways reach the broker. */
  readonly broker: () => Enrolment["broker"];
  /** Told of a gateway that was not known before it may send anything. */
  readonly onGateway: (gateway: RegisteredGateway) => Promise<void>;
}

/** Gives gateways their certificates: for a claim code at first, for their own key later. */
export class EnrolmentService {
  readonly #deps: EnrolmentDependencies;

  constructor(deps: EnrolmentDependencies) {
    this.#deps = deps;
  }

  /** Uses up a claim; the same key gets the same answer again while the claim lives. Throws CLAIM_…, CSR_INVALID, KEY_…, GATEWAY_REVOKED. */
  async claim({ secret, csr }: ClaimRequest): Promise<Enrolment> {
    const { db, identities, clock } = this.#deps;
    const request = await readCertificateRequest(csr);
    const { claim, certificate } = await db.transaction().execute(async (transaction) => {
      const nowMs = clock.wallMs();
      const claim = await identities.claims.find(transaction, secret, request.publicKey, nowMs);
      identities.revocations.requireOrder();
      await this.#requireFree(transaction, claim, request.publicKey);
      const before = claim.usedKey === null ? null : await newestCertificate(transaction, claim.gateway);
      if (before) return { claim, certificate: before.pem };
      const issued = await identities.authority.issueGateway(claim, request, nowMs);
      await storeCertificate(transaction, claim.gateway, issued, nowMs);
      const entry = { id: claim.gateway, site: claim.site, publicKey: request.publicKey };
      await storeGateway(transaction, entry, nowMs);
      await identities.claims.consume(transaction, claim, request.publicKey, nowMs);
      return { claim, certificate: issued.pem };
    });
    const isNew = !identities.registry.gateway(claim.gateway);
    const entry = { id: claim.gateway, site: claim.site, publicKey: request.publicKey };
    const gateway = await identities.register(entry);
    if (isNew) await this.#deps.onGateway(gateway);
    return this.#answer(gateway, certificate);
  }

  /** A new certificate for a known key, even when the old one has expired. Throws CSR_INVALID, GATEWAY_UNKNOWN, GATEWAY_REVOKED or KEY_MISMATCH. */
  async renew({ gateway: id, csr }: RenewRequest): Promise<Enrolment> {
    const { db, identities, clock } = this.#deps;
    const request = await readCertificateRequest(csr);
    const gateway = identities.registry.gateway(id);
    if (!gateway) throw cloudError("GATEWAY_UNKNOWN", { gateway: id });
    if (gateway.publicKey !== request.publicKey) throw cloudError("KEY_MISMATCH", { gateway: id });
    if (gateway.revokedMs !== null) throw cloudError("GATEWAY_REVOKED", { gateway: id });
    identities.revocations.requireOrder();
    const nowMs = clock.wallMs();
    const newest = await newestCertificate(db, id);
    if (newest && nowMs - newest.issuedMs < RENEWED_AGAIN_MS) return this.#answer(gateway, newest.pem);
    return this.#answer(gateway, await this.#issue(gateway, request, nowMs));
  }

  async #issue(gateway: RegisteredGateway, request: CertificateRequest, nowMs: number): Promise<string> {
    const name = { gateway: gateway.id, site: gateway.site.id };
    const issued = await this.#deps.identities.authority.issueGateway(name, request, nowMs);
    await storeCertificate(this.#deps.db, gateway.id, issued, nowMs);
    return issued.pem;
  }

  /** A name has one key for good, and a key one name. */
  async #requireFree(db: Database, { gateway, site }: StoredClaim, publicKey: string): Promise<void> {
    const { registry, revocations } = this.#deps.identities;
    if (!registry.site(site)) throw cloudError("SITE_UNKNOWN", { site });
    const revoked = revocations.ofKey(publicKey) ?? revocations.of(gateway)?.gateway;
    if (revoked) throw cloudError("GATEWAY_REVOKED", { gateway: revoked });
    const stored = await storedGateways(db);
    const named = registry.gateway(gateway) ?? stored.find(({ id }) => id === gateway);
    if (named && named.publicKey !== publicKey) throw cloudError("KEY_MISMATCH", { gateway });
    const holder =
      registry.gatewayOfKey(publicKey) ?? stored.find((candidate) => candidate.publicKey === publicKey);
    const owner = holder?.id ?? gateway;
    if (owner !== gateway) throw cloudError("KEY_TAKEN", { gateway: owner });
  }

  #answer({ id, site }: RegisteredGateway, certificate: string): Enrolment {
    const { authority, cloudKey } = this.#deps.identities;
    return {
      gateway: id,
      site: site.id,
      certificate,
      ca: authority.certificatePem,
      broker: this.#deps.broker(),
      cloudKey: cloudKey.publicKey,
    };
  }
}
