import { z } from "zod";
import { reach, requireAt } from "../../access/actor.ts";
import { thresholdValuesSchema } from "../../context/threshold-values.ts";
import { thresholdNames } from "../../detect/rule-thresholds.ts";
import { cloudError } from "../../errors.ts";
import { alarmQuality } from "../../quality/alarm-quality.ts";
import { countOfficers, loadJudgedCases, proposalsFor, setThresholds } from "../../quality/quality-book.ts";
import { regionIdSchema } from "../../registry/region-id.ts";
import { defineRoute, type Route } from "../route.ts";
import { regionFor } from "./case-deadlines.ts";
import { requireSite } from "./sites.ts";

const RANGE_MAX_MS = 400 * 86_400_000;
const MONTH_MS = 30 * 86_400_000;
const share = z.number().nullable();
const spreadSchema = z.object({
  ...{ medianMs: z.number().nullable(), p95Ms: z.number().nullable() },
  ...{ known: z.number(), of: z.number() },
});
const qualitySchema = z.object({
  ...{ region: z.string().nullable(), fromMs: z.number(), toMs: z.number() },
  ...{ cases: z.number(), perDay: z.number(), perOfficerDay: z.number().nullable(), officers: z.number() },
  floods: z.array(z.object({ fromMs: z.number(), toMs: z.number(), alerts: z.number() })),
  chattering: z.array(
    z.object({ site: z.string(), rule: z.string(), opened: z.number(), mostInADay: z.number() }),
  ),
  stale: z.number(),
  verdicts: z.object({
    ...{ confirmed: z.number(), falseAlarm: z.number(), deviceFault: z.number(), permittedWork: z.number() },
    ...{ decided: z.number(), coverage: share, falseAlarmRate: share },
  }),
  ...{ toAcknowledge: spreadSchema, toVisit: spreadSchema },
  mix: z.object({
    ...{ low: share, high: share, emergency: share },
    wanted: z.object({ low: z.number(), high: z.number(), emergency: z.number() }),
  }),
  worst: z.array(z.object({ site: z.string(), cases: z.number(), falseAlarms: z.number() })),
});
const siteParams = z.object({ site: z.string().max(64) });

/** How good the alarms are, and what could be set at a site so that they become better. */
export function qualityRoutes(): Route[] {
  return [readQuality, readProposals, applyThresholds];
}

const readQuality = defineRoute({
  method: "GET",
  path: "/quality",
  guard: "quality.read",
  summary:
    "Alarm quality after ISA-18.2 and EEMUA 191: load, floods, chattering, stale, verdicts with coverage, times, worst sites.",
  query: z.object({
    region: regionIdSchema.optional(),
    fromMs: z.coerce.number().int().min(0).optional().describe("30 days before `toMs` without it"),
    toMs: z.coerce.number().int().min(0).optional().describe("now without it"),
  }),
  answer: qualitySchema,
  handle: async ({ db, actor, query, nowMs }) => {
    const toMs = query.toMs ?? nowMs;
    const fromMs = query.fromMs ?? toMs - MONTH_MS;
    if (toMs <= fromMs || toMs - fromMs > RANGE_MAX_MS) {
      throw cloudError("REQUEST_INVALID", { problems: "toMs must be after fromMs, by at most 400 days" });
    }
    const region =
      query.region === undefined ? null : await regionFor(db, actor, query.region, "quality.read");
    const paths = region ? [region.path] : reach(actor, "quality.read");
    const cases = await loadJudgedCases(db, paths, { fromMs, toMs });
    const officers = await countOfficers(db, paths[0] ?? "");
    return { region: region?.id ?? null, fromMs, toMs, ...alarmQuality(cases, { fromMs, toMs, officers }) };
  },
});

const readProposals = defineRoute({
  method: "GET",
  path: "/sites/{site}/threshold-proposals",
  guard: "quality.read",
  summary:
    "What a site's thresholds are, and which could be raised so that its false alarms had not come and no confirmed case were lost.",
  params: siteParams,
  answer: z.object({
    thresholds: z.record(z.enum(thresholdNames), z.number()),
    proposals: z.array(
      z.object({
        ...{ threshold: z.enum(thresholdNames), from: z.number(), to: z.number() },
        falseAlarms: z.array(z.string()),
      }),
    ),
  }),
  handle: async ({ db, actor, params: { site } }) => {
    const { regionPath } = await requireSite(db, actor, site, "site.read");
    requireAt(actor, "quality.read", regionPath);
    const { thresholds, proposals } = await proposalsFor(db, site);
    const told = proposals.map((proposal) => ({ ...proposal, falseAlarms: [...proposal.falseAlarms] }));
    return { thresholds: { ...thresholds }, proposals: told };
  },
});

const applyThresholds = defineRoute({
  method: "POST",
  path: "/sites/{site}/thresholds",
  guard: "threshold.apply",
  summary:
    "Set thresholds of a site, from now on; what is not named stays. Whoever applies it is on record by name.",
  params: siteParams,
  body: z.strictObject({
    values: thresholdValuesSchema,
    reason: z.string().trim().min(1, "write why").max(500),
  }),
  answer: z.object({ thresholds: z.record(z.string(), z.number()) }),
  handle: async ({ db, actor, params: { site }, body, nowMs, audit, contribute }) => {
    const { regionPath } = await requireSite(db, actor, site, "threshold.apply");
    const before = (await setThresholds(db, site)) ?? {};
    const values = { ...before, ...body.values };
    await contribute(site, { kind: "thresholds", effectiveMs: nowMs, by: actor.name, values });
    const detail = { before, values, reason: body.reason };
    await audit({ action: "threshold.apply", subject: `site:${site}`, regionPath, detail });
    return { thresholds: values };
  },
});
