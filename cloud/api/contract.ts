import { z } from "zod";
import { PERMISSION_NAMES, ROLES } from "../access/policy.ts";

/** The county's API, version 1: every shape that leaves or enters it. Times are UTC milliseconds since 1970. */

const timeMs = z.number();

/** 监测提示等级: a monitoring grade, not a statutory warning. */
export const levelSchema = z.enum(["none", "blue", "yellow", "orange", "red"]);
export const verdictSchema = z.enum(["sealed", "signs", "restarted", "unknown", "learning"]);

/** One text in both languages of the interface, Chinese first. */
const bilingualSchema = z.object({ zh: z.string(), en: z.string() });

const gatewayViewSchema = z.object({
  id: z.string(),
  /** From the broker: is the connection open now. */
  connected: z.boolean(),
  /** When the cloud last heard anything from it; null: never. */
  heardMs: timeMs.nullable(),
  /** The newest time its journal in the replica reaches; null: nothing yet. Far behind now means: still back-filling. */
  recordedToMs: timeMs.nullable(),
  /** Segments and readings in the replica. */
  segments: z.number(),
  readings: z.number(),
  /** Segments and readings whose bodies the gateway gave up for space: signed, counted, unknown. */
  droppedSegments: z.number(),
  droppedReadings: z.number(),
  /** Epochs that left the chain behind its head: a card that lost its tail, or an old image put back. */
  branches: z.number(),
  /** Signed contradictions, kept apart; see /gateways/{id}/contradictions. */
  contradictions: z.number(),
  software: z.string().nullable(),
  /** Since when nothing is taken from it any more; null: it is trusted. */
  revokedMs: timeMs.nullable(),
});

const channelViewSchema = z.object({
  gateway: z.string(),
  id: z.number(),
  device: z.string(),
  point: z.string(),
  kind: z.string(),
  phase: z.string().nullable(),
  unit: z.string(),
  label: z.string(),
  feeder: z.string().nullable(),
  contact: z
    .object({ role: z.enum(["door", "seal", "mains-present", "other"]), normal: z.number() })
    .nullable(),
  /** The newest reading: null value with a quality says why there is none. */
  latest: z.object({ atMs: timeMs, value: z.number().nullable(), quality: z.string() }).nullable(),
});

/** What was learned of one channel while the site was sealed; `pending`: accepted, in force with the next record. `hours` are local hours of the day, 0–23. */
const baselineViewSchema = z.object({
  gateway: z.string(),
  channel: z.number(),
  status: z.enum(["learning", "ready", "pending", "accepted"]),
  days: z.number(),
  hours: z.array(z.object({ mid: z.number(), low: z.number(), high: z.number() })),
  sigma: z.number(),
  rho: z.number(),
});

export const siteSummarySchema = z.object({
  id: z.string(),
  name: bilingualSchema,
  address: z.string(),
  township: z.string(),
  utcOffsetMin: z.number(),
  formerLoadW: z.number(),
  verdict: verdictSchema,
  level: levelSchema,
  sinceMs: timeMs.nullable(),
  gateways: z.array(gatewayViewSchema),
});

export const siteDetailSchema = siteSummarySchema.extend({
  channels: z.array(channelViewSchema),
  baselines: z.array(baselineViewSchema),
  /** When a person accepted the baseline last, and who; null when nobody did, or it is learned anew since. */
  baselineAccepted: z.object({ atMs: timeMs, by: z.string() }).nullable(),
  /** When a person had it learned anew, unless it was accepted since. */
  baselineRelearn: z.object({ atMs: timeMs, by: z.string(), reason: z.string().nullable() }).nullable(),
  /** Devices that a gateway's channel list has no more: the site is unknown until they are listed again or a person accepts it. */
  removedDevices: z.array(z.object({ gateway: z.string(), device: z.string(), sinceMs: timeMs })),
});

/** One reason for an alert: what was measured, what was expected, which records prove it. */
const reasonSchema = z.object({
  rule: z.string(),
  ruleVersion: z.number(),
  evidence: z.enum(["power", "seal", "door", "voc", "water", "tampering", "silence"]),
  strength: z.enum(["weak", "strong"]),
  settling: z.boolean(),
  active: z.boolean(),
  atMs: timeMs,
  fromMs: timeMs,
  toMs: timeMs,
  measured: z.number().nullable(),
  expected: z.number().nullable(),
  unit: z.string(),
  text: bilingualSchema,
  channel: z.number().nullable(),
  device: z.string().nullable(),
  gateway: z.string(),
  proof: z.array(z.object({ epoch: z.string(), seq: z.number() })),
});

export const alertSchema = z.object({
  id: z.string(),
  site: z.string(),
  /** `info`: something a person should know that is no sign of a restart. */
  class: z.enum(["restart", "silence", "info"]),
  /** Highest level so far, and the level now. */
  level: levelSchema,
  currentLevel: levelSchema,
  rule: z.string(),
  ruleVersion: z.number(),
  /** When it happened at the site. */
  eventMs: timeMs,
  /** When the cloud first raised it, and when it last changed. */
  raisedMs: timeMs,
  updatedMs: timeMs,
  closedMs: timeMs.nullable(),
  /** True while only an early notice says so and the signed journal has not brought the event yet. */
  provisional: z.boolean().default(false),
  /** When the journal turned out not to hold what the notice said; null: it does, or is awaited. */
  withdrawnMs: timeMs.nullable().default(null),
  /** The alert that tells the same with the journal's proof; lists leave this one out. */
  supersededBy: z.string().nullable().default(null),
  /** True when it was found in a back-fill, more than an hour after it happened. */
  late: z.boolean().default(false),
  sentence: bilingualSchema,
  reasons: z.array(reasonSchema),
  /** Every change of level, up or down: when it happened at the site, when the cloud knew, and when it took it back (null: it holds). */
  history: z.array(
    z.object({
      level: levelSchema,
      eventMs: timeMs,
      recordedMs: timeMs,
      withdrawnMs: timeMs.nullable().default(null),
    }),
  ),
});

/** Late alerts of one site, told together: how many, how many still open, the highest level, and when they happened. */
const alertDigestSchema = z.object({
  site: z.string(),
  alerts: z.number(),
  open: z.number(),
  level: levelSchema,
  fromMs: timeMs,
  toMs: timeMs,
  recordedMs: timeMs,
});

/** Two different segments that one gateway signed for one place of its journal: the held one and the one kept apart. */
const contradictionSchema = z.object({
  id: z.number(),
  epoch: z.string(),
  seq: z.number(),
  heldHash: z.string().nullable(),
  otherHash: z.string(),
  reason: z.string(),
  recordedMs: timeMs,
});

export const contradictionPageSchema = z.object({
  total: z.number(),
  /** Newest first. */
  contradictions: z.array(contradictionSchema),
  /** Ask for `before` this id next; null: no more. */
  before: z.number().nullable(),
});

export const contradictionQuerySchema = z.object({
  before: z.coerce.number().int().min(1).default(Number.MAX_SAFE_INTEGER),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** Columns of one channel over time: null where there is no reading. Times are bucket starts. */
const seriesSchema = z.object({
  gateway: z.string(),
  channel: z.number(),
  kind: z.string(),
  unit: z.string(),
  label: z.string(),
  timesMs: z.array(timeMs),
  min: z.array(z.number().nullable()),
  mean: z.array(z.number().nullable()),
  max: z.array(z.number().nullable()),
});

/** One contact over time: its position holds from `atMs` until the next; value null: not known. */
const contactTrackSchema = z.object({
  gateway: z.string(),
  channel: z.number(),
  label: z.string(),
  role: z.enum(["door", "seal", "mains-present", "other"]),
  normal: z.number(),
  steps: z.array(z.object({ atMs: timeMs, value: z.number().nullable() })),
});

export const chartSchema = z.object({
  fromMs: timeMs,
  toMs: timeMs,
  bucketMs: z.number(),
  series: z.array(seriesSchema),
  contacts: z.array(contactTrackSchema),
  /** Stretches in which nothing was recorded: unknown, not normal. */
  gaps: z.array(z.object({ gateway: z.string(), fromMs: timeMs, toMs: timeMs })),
});

export const chartQuerySchema = z.object({
  fromMs: z.coerce.number().int().min(0),
  toMs: z.coerce.number().int().min(0),
  /** Buckets wanted, at most. */
  points: z.coerce.number().int().min(10).max(2000).default(600),
});

export const acceptBaselineSchema = z.strictObject({
  /** Who looked at the plotted baseline and accepts it: taken where nobody signs in; otherwise it is the user's name. */
  by: z.string().trim().min(1, "write the name of the person who accepts").max(60).optional(),
  /** Only which instruments the site has is accepted, no baseline: what was taken off a channel list is missed no more. */
  instrumentsOnly: z.boolean().default(false),
});

export const relearnBaselineSchema = z.strictObject({
  reason: z.string().trim().min(1, "write why the baseline no longer counts").max(200),
  /** Who decides it: taken where nobody signs in; otherwise it is the user's name. */
  by: z.string().trim().min(1, "write the name of the person who decides it").max(60).optional(),
});

/** Who is signed in, and what they may do. */
export const meSchema = z.object({
  id: z.string(),
  name: z.string(),
  via: z.enum(["session", "token", "link", "command", "open", "system"]),
  grants: z.array(z.object({ role: z.enum(ROLES), region: z.string() })),
  /** What this user may do somewhere. */
  permissions: z.array(z.enum(PERMISSION_NAMES)),
  mustChangePassword: z.boolean(),
  /** To be sent as X-CSRF-Token with everything that changes something; null without a session. */
  csrf: z.string().nullable(),
});

/** problem+json (RFC 9457) with our stable code. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
});

export type Level = z.output<typeof levelSchema>;
export type Verdict = z.output<typeof verdictSchema>;
export type Bilingual = z.output<typeof bilingualSchema>;
export type GatewayView = z.output<typeof gatewayViewSchema>;
export type ChannelView = z.output<typeof channelViewSchema>;
export type BaselineView = z.output<typeof baselineViewSchema>;
export type Me = z.output<typeof meSchema>;
export type SiteSummary = z.output<typeof siteSummarySchema>;
export type SiteDetail = z.output<typeof siteDetailSchema>;
export type ReasonView = z.output<typeof reasonSchema>;
export type AlertView = z.output<typeof alertSchema>;
export type AlertDigest = z.output<typeof alertDigestSchema>;
export type SeriesView = z.output<typeof seriesSchema>;
export type ContactTrack = z.output<typeof contactTrackSchema>;
export type ChartView = z.output<typeof chartSchema>;

/** Where every route begins. What they are: GET /api/v1/openapi.json. Errors are problem+json. */
export const API_PREFIX = "/api/v1";
