import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { cloudError } from "../../errors.ts";
import { listQuarantined } from "../../replica/segment-store.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { API_PREFIX, type ContradictionPage, contradictionQuerySchema } from "../contract.ts";
import { parseRequest } from "../problem.ts";

const pathSchema = z.object({ id: z.string().max(64) });

/** What a gateway signed twice for one place, for the person who must look at it. */
export function registerContradictions(app: FastifyInstance, { db, registry, pipeline }: ApiDependencies) {
  app.get(`${API_PREFIX}/gateways/:id/contradictions`, async (request): Promise<ContradictionPage> => {
    const { id } = parseRequest(pathSchema, request.params);
    if (!registry.gateway(id)) throw cloudError("GATEWAY_UNKNOWN", { gateway: id });
    const { before, limit } = parseRequest(contradictionQuerySchema, request.query);
    const contradictions = await listQuarantined(db, id, before, limit);
    const last = contradictions.length === limit ? (contradictions.at(-1)?.id ?? null) : null;
    return { total: pipeline.contradictions(id), contradictions, before: last };
  });
}
