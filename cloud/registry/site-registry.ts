import { ed25519Verifier, type Verifier } from "@sealwatch/protocols";
import type { SiteConfig } from "../config/cloud-config.ts";

/** A gateway that the county knows, the site it stands at and the key it must sign with. */
export interface RegisteredGateway {
  readonly id: string;
  readonly site: SiteConfig;
  readonly verifier: Verifier;
}

/** Which sites there are, and which gateway speaks for which of them. */
export interface SiteRegistry {
  readonly sites: readonly SiteConfig[];
  readonly gateways: readonly RegisteredGateway[];
  site(id: string): SiteConfig | undefined;
  gateway(id: string): RegisteredGateway | undefined;
}

/** The registry of a configuration. */
export function siteRegistry(sites: readonly SiteConfig[]): SiteRegistry {
  const byId = new Map(sites.map((site) => [site.id, site]));
  const gateways = sites.flatMap((site) =>
    site.gateways.map(({ id, publicKey }) => ({ id, site, verifier: ed25519Verifier(publicKey) })),
  );
  const byGateway = new Map(gateways.map((gateway) => [gateway.id, gateway]));
  return { sites, gateways, site: (id) => byId.get(id), gateway: (id) => byGateway.get(id) };
}
