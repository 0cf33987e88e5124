import { z } from "zod";
import { deadlinesSchema } from "../cases/case-deadlines.ts";
import { CASE_STATES, CASE_VERDICTS } from "../cases/case-facts.ts";
import { LEVELS } from "../notify/notification.ts";
import { alertSchema } from "./contract.ts";
import { visitSchema } from "./visit-contract.ts";

const timeMs = z.number();
const bilingualSchema = z.object({ zh: z.string(), en: z.string() });
const doneSchema = z.object({ atMs: timeMs, by: z.string(), name: z.string() });
const REASON_MAX_CHARS = 1_000;

/** A case as a list shows it. */
export const caseItemSchema = z.object({
  id: z.string(),
  site: z.string(),
  siteName: bilingualSchema,
  regionPath: z.string(),
  alert: z.string(),
  alertClass: z.enum(["restart", "silence", "info"]),
  rule: z.string(),
  sentence: bilingualSchema,
  state: z.enum(CASE_STATES),
  level: z.enum(LEVELS),
  verdict: z.enum(CASE_VERDICTS).nullable(),
  /** Only an early notice says so yet. */
  provisional: z.boolean(),
  withdrawn: z.boolean(),
  /** The alert goes on at the site. */
  ongoing: z.boolean(),
  late: z.boolean(),
  eventMs: timeMs,
  openedMs: timeMs,
  assignees: z.array(z.string()),
  /** What it waits for must be done by then; null: nothing is due. */
  dueMs: timeMs.nullable(),
  overdue: z.boolean(),
  version: z.number(),
});

/** One entry of a case's record. */
const caseEntrySchema = z.object({
  id: z.number(),
  atMs: timeMs,
  actor: z.string(),
  name: z.string(),
  via: z.string(),
  act: z.string(),
  detail: z.record(z.string(), z.unknown()),
  state: z.enum(CASE_STATES),
  level: z.enum(LEVELS),
});

/** Everything about one case. */
export const caseDetailSchema = caseItemSchema.extend({
  acknowledged: doneSchema.nullable(),
  assigned: doneSchema.nullable(),
  visited: doneSchema.nullable(),
  decided: doneSchema
    .extend({ kind: z.enum(CASE_VERDICTS), reason: z.string(), level: z.enum(LEVELS) })
    .nullable(),
  closed: doneSchema.nullable(),
  alertDetail: alertSchema.nullable(),
  entries: z.array(caseEntrySchema),
  visits: z.array(visitSchema),
  /** The cases before it at the same site, newest first. */
  former: z.array(caseItemSchema),
});

export const verdictBodySchema = z.strictObject({
  verdict: z.enum(CASE_VERDICTS),
  reason: z.string().trim().min(1, "write what the verdict rests on").max(REASON_MAX_CHARS),
});
export const closeBodySchema = z.strictObject({
  reason: z.string().trim().max(REASON_MAX_CHARS).default(""),
});
export const noteBodySchema = z.strictObject({
  text: z.string().trim().min(1, "write the note").max(REASON_MAX_CHARS),
});

/** How soon cases are to be dealt with in a region, and which region set that. */
export const regionDeadlinesSchema = z.object({
  deadlines: deadlinesSchema,
  setBy: z.string().nullable(),
  version: z.number(),
});

export type CaseItem = z.output<typeof caseItemSchema>;
export type CaseDetail = z.output<typeof caseDetailSchema>;
