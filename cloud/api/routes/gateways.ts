import { z } from "zod";
import { cloudError } from "../../errors.ts";
import { listQuarantined } from "../../replica/segment-store.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { contradictionPageSchema, contradictionQuerySchema } from "../contract.ts";
import { defineRoute, type Route } from "../route.ts";
import { requireSite } from "./sites.ts";

/** What a gateway signed twice for one place, for the person who must look at it. */
export function gatewayRoutes({ registry, pipeline }: ApiDependencies): Route[] {
  const contradictions = defineRoute({
    method: "GET",
    path: "/gateways/{gateway}/contradictions",
    guard: "gateway.read",
    summary: "Pairs of different segments that a gateway signed for one place of its journal, newest first.",
    params: z.object({ gateway: z.string().max(64) }),
    query: contradictionQuerySchema,
    answer: contradictionPageSchema,
    handle: async ({ db, actor, params: { gateway: id }, query: { before, limit } }) => {
      const gateway = registry.gateway(id);
      if (!gateway) throw cloudError("NOT_VISIBLE");
      await requireSite(db, actor, gateway.site.id, "gateway.read");
      const contradictions = await listQuarantined(db, id, before, limit);
      const last = contradictions.length === limit ? contradictions.at(-1) : undefined;
      return { total: pipeline.contradictions(id), contradictions, before: last?.id ?? null };
    },
  });
  return [contradictions];
}
