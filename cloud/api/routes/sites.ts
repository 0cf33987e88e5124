import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { listAlerts } from "../../cases/alert-book.ts";
import { cloudError } from "../../errors.ts";
import type { LiveSite } from "../../pipeline/live-site.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { buildChart } from "../chart/chart-view.ts";
import { API_PREFIX, acceptBaselineSchema, chartQuerySchema } from "../contract.ts";
import { parseRequest } from "../problem.ts";
import { viewSite, viewSiteDetail } from "../site-view.ts";

const pathSchema = z.object({ id: z.string().max(64) });
/** Longest range one chart may cover. */
const RANGE_MAX_MS = 400 * 86_400_000;

/** Sites, their charts and alerts, and the acceptance of a baseline. */
export function registerSites(app: FastifyInstance, deps: ApiDependencies): void {
  const { pipeline, registry, db, clock } = deps;
  const siteOf = (params: unknown): LiveSite => {
    const { id } = parseRequest(pathSchema, params);
    const site = pipeline.site(id);
    if (!site) throw cloudError("SITE_UNKNOWN", { site: id });
    return site;
  };

  app.get(`${API_PREFIX}/sites`, async () =>
    registry.sites.flatMap(({ id }) => {
      const site = pipeline.site(id);
      return site ? [viewSite(site, deps)] : [];
    }),
  );
  app.get(`${API_PREFIX}/sites/:id`, async (request) => viewSiteDetail(siteOf(request.params), deps));
  app.get(`${API_PREFIX}/sites/:id/alerts`, async (request) =>
    listAlerts(db, siteOf(request.params).config.id),
  );
  app.get(`${API_PREFIX}/alerts`, async () => listAlerts(db));

  app.get(`${API_PREFIX}/sites/:id/chart`, async (request) => {
    const site = siteOf(request.params);
    const query = parseRequest(chartQuerySchema, request.query);
    if (query.toMs <= query.fromMs || query.toMs - query.fromMs > RANGE_MAX_MS) {
      throw cloudError("REQUEST_INVALID", { problems: "toMs must be after fromMs, by at most 400 days" });
    }
    const gateways = registry.gatewaysOf(site.config.id).map(({ id }) => ({
      id,
      channels: pipeline.journal(id)?.folds.view.channels ?? [],
    }));
    return buildChart(db, gateways, query);
  });

  app.post(`${API_PREFIX}/sites/:id/baseline/accept`, async (request, reply) => {
    const site = siteOf(request.params);
    const { by } = parseRequest(acceptBaselineSchema, request.body);
    const { baselines, baselineAccepted } = viewSiteDetail(site, deps);
    // Asked twice, answered twice, recorded once: what was accepted comes into force with the next record.
    if (baselineAccepted) return reply.status(204).send();
    if (!baselines.some((baseline) => baseline.status === "ready")) {
      throw cloudError("BASELINE_NOT_READY", { site: site.config.id });
    }
    await pipeline.addContext(site.config.id, { kind: "baseline-accepted", effectiveMs: clock.wallMs(), by });
    return reply.status(204).send();
  });
}
