import { z } from "zod";
import { cloudError } from "../../errors.ts";
import { newestCertificate } from "../../identity/certificate-book.ts";
import type { RegisteredGateway } from "../../registry/site-registry.ts";
import type { Database } from "../../store/database.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { claimSchema, newClaimSchema, siteGatewaySchema } from "../register-contract.ts";
import { defineRoute, type Route } from "../route.ts";
import { requireSite, siteParams } from "./sites.ts";

/** The gateways of a site: claimed for an installer, listed with their devices, revoked. */
export function siteGatewayRoutes(deps: ApiDependencies): Route[] {
  return [listGateways(deps), openClaim(deps), revoke(deps)];
}

function listGateways(deps: ApiDependencies): Route {
  return defineRoute({
    method: "GET",
    path: "/sites/{site}/gateways",
    guard: "gateway.read",
    summary: "The gateways of a site, their devices and channels, and which of them are revoked.",
    params: siteParams,
    answer: z.object({ items: z.array(siteGatewaySchema) }),
    handle: async ({ db, actor, params: { site } }) => {
      await requireSite(db, actor, site, "gateway.read");
      const gateways = deps.registry.gatewaysOf(site);
      return { items: await Promise.all(gateways.map((gateway) => viewGateway(db, deps, gateway))) };
    },
  });
}

function openClaim(deps: ApiDependencies): Route {
  const { identities, registry } = deps;
  return defineRoute({
    method: "POST",
    path: "/sites/{site}/claims",
    guard: "gateway.enrol",
    summary: "A claim code by which an installer makes one gateway known for this site.",
    status: 201,
    creates: true,
    tellsOnce: ["code"],
    params: siteParams,
    body: newClaimSchema,
    answer: claimSchema,
    handle: async ({ db, actor, params: { site }, body, audit }) => {
      const { regionPath } = await requireSite(db, actor, site, "gateway.enrol");
      if (body.replaces !== null) {
        if (registry.gateway(body.replaces)?.site.id !== site) throw cloudError("NOT_VISIBLE");
        // It revokes.
        await requireSite(db, actor, site, "gateway.revoke");
      }
      const claim = await identities.openClaim({ ...body, site }, db);
      const { gateway, expiresMs } = claim;
      const detail = { gateway, expiresMs, replaces: body.replaces };
      await audit({ action: "gateway.claim", subject: `site:${site}`, regionPath, detail });
      return { ...claim, server: deps.enrolAt };
    },
  });
}

function revoke({ identities, registry }: ApiDependencies): Route {
  return defineRoute({
    method: "POST",
    path: "/gateways/{gateway}/revocation",
    guard: "gateway.revoke",
    summary: "Take nothing from a gateway any more, for good; what it signed until now stays.",
    status: 204,
    params: z.object({ gateway: z.string().max(64) }),
    body: z.strictObject({ reason: z.string().trim().min(1).max(300) }),
    handle: async ({ db, actor, params, body, audit }) => {
      const gateway = registry.gateway(params.gateway);
      if (!gateway) throw cloudError("NOT_VISIBLE");
      const { regionPath } = await requireSite(db, actor, gateway.site.id, "gateway.revoke");
      await audit({
        action: "gateway.revoke",
        subject: `site:${gateway.site.id}`,
        regionPath,
        detail: { gateway: gateway.id, ...body },
      });
      await identities.revoke(gateway.id, body.reason, null, db);
      return undefined;
    },
  });
}

async function viewGateway(
  db: Database,
  { identities, pipeline, presence }: ApiDependencies,
  { id, revokedMs, replacedBy }: RegisteredGateway,
): Promise<z.input<typeof siteGatewaySchema>> {
  const view = pipeline.journal(id)?.folds.view;
  const devices = new Map<string, { point: string; kind: string; feeder: string | null }[]>();
  for (const { device, point, kind, feeder = null } of view?.channels ?? []) {
    devices.set(device, [...(devices.get(device) ?? []), { point, kind, feeder }]);
  }
  const certificate = await newestCertificate(db, id);
  return {
    id,
    ...presence.of(id),
    recordedToMs: view?.recordedToMs ?? null,
    software: pipeline.hello(id)?.software ?? null,
    certificateNotAfterMs: certificate?.notAfterMs ?? null,
    revoked:
      revokedMs === null
        ? null
        : { atMs: revokedMs, reason: identities.revocations.of(id)?.reason ?? "", replacedBy },
    devices: [...devices].map(([device, channels]) => ({ device, channels })),
  };
}
