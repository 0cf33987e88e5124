import { ed25519Verifier, type Verifier } from "@sealwatch/protocols";
import type { SiteConfig } from "../config/cloud-config.ts";

/** A gateway that the county knows, the site it stands at and the key it must sign with. */
export interface RegisteredGateway {
  readonly id: string;
  readonly site: SiteConfig;
  /** Ed25519, base64url. */
  readonly publicKey: string;
  readonly verifier: Verifier;
  /** Since when nothing is taken from it any more; its journal stays. */
  readonly revokedMs: number | null;
  /** The gateway that takes its place, once there is one. */
  readonly replacedBy: string | null;
}

/** A gateway as configuration, enrolment or a certificate name it. */
export interface GatewayEntry {
  readonly id: string;
  readonly site: string;
  readonly publicKey: string;
}

/** Which sites there are, and which gateway speaks for which of them. Gateways come while it runs, and are never forgotten. */
export class SiteRegistry {
  readonly #sites: Map<string, SiteConfig>;
  readonly #gateways = new Map<string, RegisteredGateway>();
  readonly #idsBySite = new Map<string, string[]>();

  /** The registry of a configuration. */
  constructor(sites: readonly SiteConfig[]) {
    this.#sites = new Map(sites.map((site) => [site.id, site]));
    for (const site of sites) {
      for (const { id, publicKey } of site.gateways) this.add({ id, site: site.id, publicKey });
    }
  }

  get sites(): readonly SiteConfig[] {
    return [...this.#sites.values()];
  }

  /** The ids of the sites at which a gateway stands or stood. */
  get watchedSites(): readonly string[] {
    return [...this.#idsBySite.keys()];
  }

  get gateways(): readonly RegisteredGateway[] {
    return [...this.#gateways.values()];
  }

  site(id: string): SiteConfig | undefined {
    return this.#sites.get(id);
  }

  gateway(id: string): RegisteredGateway | undefined {
    return this.#gateways.get(id);
  }

  /** The gateways of a site, in the order in which they came. */
  gatewaysOf(site: string): readonly RegisteredGateway[] {
    return (this.#idsBySite.get(site) ?? []).flatMap((id) => this.#gateways.get(id) ?? []);
  }

  /** True when a gateway that is trusted stands at a site. */
  hasGateway(site: string): boolean {
    return this.gatewaysOf(site).some(({ revokedMs }) => revokedMs === null);
  }

  gatewayOfKey(publicKey: string): RegisteredGateway | undefined {
    return this.gateways.find((gateway) => gateway.publicKey === publicKey);
  }

  /** Where a site lies in the region tree; empty for one that the register does not hold. */
  regionPathOf(site: string): string {
    const config = this.#sites.get(site);
    return config && "regionPath" in config && typeof config.regionPath === "string" ? config.regionPath : "";
  }

  /** Knows a site that was entered, or what was changed of one. */
  putSite(site: SiteConfig): void {
    this.#sites.set(site.id, site);
    for (const gateway of this.gatewaysOf(site.id)) this.#gateways.set(gateway.id, { ...gateway, site });
  }

  /** Adds a gateway; false when its site is not in the register or the name is taken. */
  add({ id, site, publicKey }: GatewayEntry): boolean {
    const config = this.#sites.get(site);
    if (!config || this.#gateways.has(id)) return false;
    const verifier = ed25519Verifier(publicKey);
    this.#gateways.set(id, { id, site: config, publicKey, verifier, revokedMs: null, replacedBy: null });
    this.#idsBySite.set(site, [...(this.#idsBySite.get(site) ?? []), id]);
    return true;
  }

  /** Notes that a gateway is revoked; nothing for one that is not known. */
  revoke(id: string, revokedMs: number, replacedBy: string | null): void {
    const gateway = this.#gateways.get(id);
    if (gateway) this.#gateways.set(id, { ...gateway, revokedMs, replacedBy });
  }
}
