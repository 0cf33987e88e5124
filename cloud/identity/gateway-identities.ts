import { type Clock, type Logger, systemRandom } from "@sealwatch/platform";
import type { CloudConfig } from "../config/cloud-config.ts";
import { cloudError } from "../errors.ts";
import { adoptSites } from "../registry/site-book.ts";
import { type RegisteredGateway, SiteRegistry } from "../registry/site-registry.ts";
import type { Database } from "../store/database.ts";
import { CertificateAuthority } from "./certificate-authority.ts";
import { newestCertificate, storedGateways, storeGateway } from "./certificate-book.ts";
import { ClaimBook } from "./claim-book.ts";
import { type CloudKey, loadCloudKey } from "./cloud-key.ts";
import { OrderBook } from "./order-book.ts";
import { RevocationList } from "./revocation-list.ts";

const NAME_RANDOM_BYTES = 4;

/** What a new claim is for. */
export interface ClaimOrder {
  readonly site: string | null;
  readonly gateway: string | null;
  readonly replaces: string | null;
  readonly lifeMs: number;
}

/** A claim as it is handed to an installer. */
export interface OpenedClaim {
  readonly code: string;
  readonly site: string;
  readonly gateway: string;
  readonly expiresMs: number;
}

/** A gateway as `gateway list` shows it. */
export interface ListedGateway {
  readonly id: string;
  readonly site: string;
  readonly publicKey: string;
  readonly certificateNotAfterMs: number | null;
  readonly revokedMs: number | null;
  readonly revokedWhy: string | null;
  readonly replacedBy: string | null;
}

export interface IdentityDependencies {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told once nothing is taken from a gateway any more. */
  readonly onRevoked: (gateway: string) => void;
}

interface IdentityParts {
  readonly registry: SiteRegistry;
  readonly authority: CertificateAuthority;
  readonly cloudKey: CloudKey;
  readonly revocations: RevocationList;
}

/** Who is whom: the registry, the county's CA and key, open claims and revocations of one data folder. */
export class GatewayIdentities {
  readonly registry: SiteRegistry;
  readonly authority: CertificateAuthority;
  readonly cloudKey: CloudKey;
  readonly claims: ClaimBook;
  readonly orders: OrderBook;
  readonly revocations: RevocationList;
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #onRevoked: (gateway: string) => void;

  private constructor(parts: IdentityParts, { db, clock, onRevoked }: IdentityDependencies) {
    this.registry = parts.registry;
    this.authority = parts.authority;
    this.cloudKey = parts.cloudKey;
    this.revocations = parts.revocations;
    this.orders = new OrderBook(db, parts.cloudKey);
    this.claims = new ClaimBook(db, parts.authority.pin, parts.cloudKey);
    this.#db = db;
    this.#clock = clock;
    this.#onRevoked = onRevoked;
  }

  /** Opens what a data folder holds. Throws CA_UNUSABLE or CLOUD_KEY_UNUSABLE. */
  static async open(
    config: Pick<CloudConfig, "dataDir" | "sites" | "topRegion">,
    dependencies: IdentityDependencies,
  ): Promise<GatewayIdentities> {
    const { db, log, clock } = dependencies;
    const { dataDir } = config;
    const cloudKey = loadCloudKey(dataDir);
    // The file of revocations is there before a CA that could need it.
    const newCounty = !CertificateAuthority.exists(dataDir);
    const revocations = await RevocationList.open(db, dataDir, cloudKey, newCounty);
    const authority = await CertificateAuthority.open(dataDir);
    const registry = new SiteRegistry(await adoptSites(db, config, clock.wallMs(), log));
    for (const gateway of await storedGateways(db)) {
      if (registry.add(gateway) || registry.gateway(gateway.id)) continue;
      log.warn(
        { gateway: gateway.id, site: gateway.site },
        "an enrolled gateway's site is not in the register",
      );
    }
    if (revocations.problem) log.error({ why: revocations.problem }, "no certificate is issued");
    for (const { gateway, revokedMs, replacedBy } of revocations.all) {
      registry.revoke(gateway, revokedMs, replacedBy);
    }
    return new GatewayIdentities({ registry, authority, cloudKey, revocations }, dependencies);
  }

  /** Opens a claim for a site; `replaces` revokes the gateway that it had there. `db`: the transaction of the act, if there is one. */
  async openClaim(order: ClaimOrder, db = this.#db): Promise<OpenedClaim> {
    this.revocations.requireOrder();
    const { site, gateway } = this.#planClaim(order);
    const expiresMs = this.#clock.wallMs() + order.lifeMs;
    const code = await this.claims.open({ site, gateway, expiresMs }, this.#clock.wallMs(), db);
    if (order.replaces) await this.revoke(order.replaces, `replaced by ${gateway}`, gateway, db);
    return { code, site, gateway, expiresMs };
  }

  /** Revokes a gateway for good. Throws GATEWAY_UNKNOWN. */
  async revoke(
    id: string,
    reason: string,
    replacedBy: string | null = null,
    db = this.#db,
  ): Promise<RegisteredGateway> {
    const { publicKey } = this.#known(id);
    const revokedMs = this.#clock.wallMs();
    // Refused from this moment, and on the disk before anybody is told so.
    this.registry.revoke(id, revokedMs, replacedBy);
    this.#onRevoked(id);
    const done = await this.revocations.revoke(
      { v: 1, gateway: id, publicKey, revokedMs, reason, replacedBy },
      db,
    );
    this.registry.revoke(id, done.revokedMs, done.replacedBy);
    return this.#known(id);
  }

  /** Takes over another copy of revocations.jsonl. Returns how many revocations were new. */
  async importRevocations(text: string, name: string): Promise<number> {
    const added = await this.revocations.import(text, name);
    for (const { gateway, revokedMs, replacedBy } of this.revocations.all) {
      this.registry.revoke(gateway, revokedMs, replacedBy);
      this.#onRevoked(gateway);
    }
    return added;
  }

  /** Knows a gateway from now on; the same as one that is known already changes nothing. */
  async register(entry: { id: string; site: string; publicKey: string }): Promise<RegisteredGateway> {
    if (!this.registry.gateway(entry.id)) {
      if (!this.registry.site(entry.site)) throw cloudError("SITE_UNKNOWN", { site: entry.site });
      await storeGateway(this.#db, entry, this.#clock.wallMs());
      this.registry.add(entry);
      const revoked = this.revocations.of(entry.id);
      if (revoked) this.registry.revoke(entry.id, revoked.revokedMs, revoked.replacedBy);
    }
    return this.#known(entry.id);
  }

  /** Every gateway, for people. */
  async list(): Promise<ListedGateway[]> {
    const listed: ListedGateway[] = [];
    for (const { id, site, publicKey, revokedMs, replacedBy } of this.registry.gateways) {
      const certificate = await newestCertificate(this.#db, id);
      listed.push({
        id,
        site: site.id,
        publicKey,
        certificateNotAfterMs: certificate?.notAfterMs ?? null,
        revokedMs,
        revokedWhy: this.revocations.of(id)?.reason ?? null,
        replacedBy,
      });
    }
    return listed;
  }

  #planClaim({ site, gateway, replaces }: ClaimOrder): { site: string; gateway: string } {
    const old = replaces === null ? null : this.#known(replaces);
    const place = site ?? old?.site.id;
    if (!place || !this.registry.site(place)) throw cloudError("SITE_UNKNOWN", { site: place ?? "(none)" });
    if (old && old.site.id !== place)
      throw invalid(`gateway ${old.id} stands at ${old.site.id}, not at ${place}`);
    const successor = old?.replacedBy ?? null;
    if (successor && this.registry.gateway(successor))
      throw invalid(`gateway ${replaces} was replaced by ${successor} already`);
    if (successor && gateway && gateway !== successor)
      throw invalid(`gateway ${replaces} is to be replaced by ${successor} already`);
    const name = gateway ?? successor ?? this.#newName();
    if (name === replaces) throw invalid("a gateway cannot replace itself: leave --gateway out");
    const known = this.registry.gateway(name);
    if (known?.revokedMs !== null && known) throw cloudError("GATEWAY_REVOKED", { gateway: name });
    if (known && known.site.id !== place) throw invalid(`gateway ${name} stands at ${known.site.id}`);
    if (known && old) throw invalid(`gateway ${name} is there already: choose a new name, or none`);
    return { site: place, gateway: name };
  }

  #newName(): string {
    const name = `gw-${Buffer.from(systemRandom.bytes(NAME_RANDOM_BYTES)).toString("hex")}`;
    return this.registry.gateway(name) ? this.#newName() : name;
  }

  #known(id: string): RegisteredGateway {
    const gateway = this.registry.gateway(id);
    if (!gateway) throw cloudError("GATEWAY_UNKNOWN", { gateway: id });
    return gateway;
  }
}

function invalid(why: string) {
  return cloudError("CLAIM_INVALID", { why });
}
