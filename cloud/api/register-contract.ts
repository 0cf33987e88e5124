import { deviceIdSchema, gatewayIdSchema, siteIdSchema } from "@sealwatch/protocols";
import { z } from "zod";
import { PERMIT_SENSORS } from "../detect/permit-sensor.ts";
import { MEASURE_KINDS } from "../registry/closure-measure.ts";
import { localDateSchema } from "../registry/local-date.ts";
import { PERMIT_KIND_NAMES } from "../registry/permit-book.ts";
import { regionIdSchema } from "../registry/region-id.ts";
import { CATEGORY_NAMES, SITE_STATES } from "../registry/site-category.ts";
import { locationSchema } from "../registry/site-location.ts";
import { levelSchema, siteSummarySchema, verdictSchema } from "./contract.ts";
import { pageQuery } from "./page.ts";

/** The register of closed sites as the API speaks of it. */

const timeMs = z.number();
const point = z.object({ latitude: z.number(), longitude: z.number() });
/** WGS-84 as stored, and GCJ-02 as Chinese maps draw it. */
const shownLocationSchema = z.object({ wgs84: point, gcj02: point }).nullable();

const name = z.strictObject({
  zh: z.string().trim().min(1).max(120),
  en: z.string().trim().max(200),
});
const nullableText = (max: number) => z.string().trim().min(1).max(max).nullable();

/** What somebody enters of a site. */
const siteFields = {
  region: regionIdSchema,
  name,
  address: z.string().trim().max(300),
  category: z.enum(CATEGORY_NAMES),
  state: z.enum(SITE_STATES),
  order: z.strictObject({
    number: nullableText(80),
    date: localDateSchema.nullable(),
    issuer: nullableText(120),
  }),
  location: locationSchema.nullable(),
  borderArea: z.boolean(),
  idleLine: z.boolean(),
  shouldBeListed: z.boolean(),
  contact: z.strictObject({
    name: nullableText(60),
    phone: z
      .string()
      .regex(/^\+?[0-9 -]{5,20}$/, "write digits, such as 13900000000")
      .nullable(),
  }),
  notes: z.string().max(2_000),
  utcOffsetMin: z.int().min(-720).max(840),
  /** Watts before the closure; 0 where nobody knows. */
  formerLoadW: z.number().min(0).max(1e9),
  learningDaysMin: z.int().min(1).max(60),
};

export const newSiteSchema = z.strictObject({
  ...z.object(siteFields).partial().shape,
  /** Made up where none is given. */
  id: siteIdSchema.optional(),
  region: siteFields.region,
  name,
});
export const editSiteSchema = z.object(siteFields).partial().strict();

/** A site as the register holds it. */
export const siteRecordSchema = z.object({
  id: z.string(),
  region: z.string(),
  regionPath: z.string(),
  name: z.object({ zh: z.string(), en: z.string() }),
  address: z.string(),
  category: z.enum(CATEGORY_NAMES),
  state: z.enum(SITE_STATES),
  order: z.object({
    number: z.string().nullable(),
    date: z.string().nullable(),
    issuer: z.string().nullable(),
  }),
  location: shownLocationSchema,
  borderArea: z.boolean(),
  idleLine: z.boolean(),
  shouldBeListed: z.boolean(),
  /** Null: not for the eyes of whoever asks. */
  contact: z.object({ name: z.string().nullable(), phone: z.string().nullable() }).nullable(),
  notes: z.string(),
  utcOffsetMin: z.number(),
  formerLoadW: z.number(),
  learningDaysMin: z.number(),
  createdMs: timeMs,
  updatedMs: timeMs,
  version: z.number(),
});

const flag = z.enum(["true", "false"]).transform((text) => text === "true");

export const siteListQuerySchema = z.object({
  ...pageQuery,
  region: regionIdSchema.optional().describe("only in this region and below"),
  category: z.enum(CATEGORY_NAMES).optional(),
  state: z.enum(SITE_STATES).optional(),
  verdict: verdictSchema.optional().describe("the verdict now"),
  level: levelSchema.optional().describe("the level now"),
  q: z.string().trim().min(1).max(60).optional().describe("part of a name, an address or an id"),
  gateway: z.enum(["with", "without"]).optional(),
  overdue: flag.optional().describe("whether a demanded measure is overdue"),
  borderArea: flag.optional(),
  idleLine: flag.optional(),
});

/** A site in the list: how it is watched, and what tells it apart. */
export const listedSiteSchema = siteSummarySchema.extend({
  region: z.string(),
  category: z.enum(CATEGORY_NAMES),
  state: z.enum(SITE_STATES),
  borderArea: z.boolean(),
  idleLine: z.boolean(),
  location: shownLocationSchema,
  overdueMeasures: z.number(),
});

const signedSchema = z.object({ name: z.string(), atMs: timeMs }).nullable();
const feederName = z.string().trim().min(1).max(48);
const photoHash = z.string().regex(/^[0-9a-f]{64}$/, "write the SHA-256 of a photo");

export const editMeasureSchema = z
  .strictObject({
    required: z.boolean(),
    orderNumber: nullableText(80),
    dueDate: localDateSchema.nullable(),
    doneDate: localDateSchema.nullable(),
    feeders: z.array(feederName).max(16).describe("what was cut, as the gateways' devices name it"),
    evidence: z.string().max(2_000),
    photos: z.array(photoHash).max(20),
  })
  .partial();

/** One closure measure, and what machines say of it now. */
export const measureSchema = z.object({
  kind: z.enum(MEASURE_KINDS),
  required: z.boolean(),
  orderNumber: z.string().nullable(),
  dueDate: z.string().nullable(),
  doneDate: z.string().nullable(),
  overdue: z.boolean(),
  feeders: z.array(z.string()),
  evidence: z.string(),
  photos: z.array(z.string()),
  recorded: signedSchema,
  verified: signedSchema,
  /** 断电 and 断水 only; `unknown` where no machine looks: never to be shown as cut. */
  live: z.enum(["proven-cut", "live", "unproven", "unknown"]).nullable(),
  version: z.number(),
});

const sealNumber = z.string().trim().min(1).max(40);
const loopSchema = z
  .strictObject({ gateway: gatewayIdSchema, device: deviceIdSchema, point: z.string().min(1).max(48) })
  .nullable();

/** A seal as it is put on. */
export const newSealSchema = z.strictObject({
  number: sealNumber,
  position: z.string().trim().min(1).max(120),
  appliedMs: z.int().min(0).optional().describe("now, where it is left out"),
  appliedBy: z.string().trim().min(1).max(60).optional().describe("the actor, where it is left out"),
  photo: photoHash.nullable().default(null),
  loop: loopSchema.default(null).describe("the seal loop that watches it"),
});
export const editSealSchema = z
  .strictObject({
    position: z.string().trim().min(1).max(120),
    photo: photoHash.nullable(),
    loop: loopSchema,
  })
  .partial();
export const removeSealSchema = z.strictObject({
  reason: z.string().trim().min(1).max(500),
  replacement: newSealSchema.nullable().default(null),
});
export const sealSchema = z.object({
  id: z.string(),
  site: z.string(),
  number: z.string(),
  position: z.string(),
  appliedBy: z.string(),
  appliedMs: timeMs,
  photo: z.string().nullable(),
  loop: z.object({ gateway: z.string(), device: z.string(), point: z.string() }).nullable(),
  removed: z.object({ atMs: timeMs, by: z.string(), reason: z.string() }).nullable(),
  /** The seal that took its place. */
  replacedBy: z.string().nullable(),
  version: z.number(),
});

/** A gateway of a site, with its devices and what they measure. */
export const siteGatewaySchema = z.object({
  id: z.string(),
  connected: z.boolean(),
  heardMs: timeMs.nullable(),
  recordedToMs: timeMs.nullable(),
  software: z.string().nullable(),
  certificateNotAfterMs: timeMs.nullable(),
  revoked: z.object({ atMs: timeMs, reason: z.string(), replacedBy: z.string().nullable() }).nullable(),
  devices: z.array(
    z.object({
      device: z.string(),
      channels: z.array(z.object({ point: z.string(), kind: z.string(), feeder: z.string().nullable() })),
    }),
  ),
});

export const newClaimSchema = z.strictObject({
  gateway: gatewayIdSchema.nullable().default(null).describe("its name; made up where none is given"),
  replaces: gatewayIdSchema
    .nullable()
    .default(null)
    .describe("the gateway whose place it takes: that one is revoked at once"),
  lifeMs: z.int().min(60_000).max(2_592_000_000).default(86_400_000),
});
export const claimSchema = z.object({
  /** Shown once, stored nowhere; null when the same request comes again. */
  code: z.string().nullable(),
  site: z.string(),
  gateway: z.string(),
  expiresMs: timeMs,
  /** What the installer dials; null: this cloud enrols nobody. */
  server: z.string().nullable(),
});

export const newPermitSchema = z.strictObject({
  kind: z.enum(PERMIT_KIND_NAMES),
  approver: z.string().trim().min(1).max(60).describe("who approved the work"),
  reason: z.string().trim().min(1).max(500),
  sites: z.array(siteIdSchema).min(1).max(50),
  sensors: z
    .array(z.enum(PERMIT_SENSORS))
    .min(1)
    .max(PERMIT_SENSORS.length)
    .nullable()
    .default(null)
    .describe("which sensors it covers; null: all that a permit can. Gas, silence and tampering never are"),
  fromMs: z.int().min(0),
  toMs: z.int().min(0),
});

export const permitSchema = z.object({
  id: z.string(),
  kind: z.enum(PERMIT_KIND_NAMES),
  approver: z.string(),
  reason: z.string(),
  /** Those that whoever asks may see. */
  sites: z.array(z.string()),
  sensors: z.array(z.enum(PERMIT_SENSORS)).nullable(),
  fromMs: timeMs,
  toMs: timeMs,
  ended: z.object({ atMs: timeMs, by: z.string(), reason: z.string() }).nullable(),
  createdBy: z.string(),
  createdMs: timeMs,
  version: z.number(),
});
export const permitDetailSchema = permitSchema.extend({
  /** What would have been signs without it, at the sites above. */
  covered: z.object({
    doorOpenings: z.number(),
    sealOpenings: z.number(),
    workingMs: z.number(),
    peakW: z.number().nullable(),
    complete: z.boolean(),
  }),
  /** Alerts that were raised all the same. */
  alerts: z.number(),
});

const reasonText = z.object({ zh: z.string(), en: z.string() });
/** What a file would do to the register. */
export const importSchema = z.object({
  id: z.string(),
  fileName: z.string(),
  createdMs: timeMs,
  expiresMs: timeMs,
  appliedMs: timeMs.nullable(),
  counts: z.object({ add: z.number(), change: z.number(), unchanged: z.number() }),
  /** Every cell that is wrong, the first 1,000. Nothing is applied while there is one. */
  bad: z.array(
    z.object({
      sheet: z.string(),
      row: z.number(),
      column: z.string(),
      header: z.string(),
      reason: reasonText,
    }),
  ),
  badCells: z.number(),
  /** Headers that nobody knows; their columns are left out. */
  ignored: z.array(z.string()),
});
export const importRowSchema = z.object({
  sheet: z.string(),
  row: z.number(),
  act: z.enum(["add", "change", "unchanged"]),
  site: z.string().nullable(),
  name: z.string(),
  changes: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
});
export const appliedImportSchema = z.object({ added: z.number(), changed: z.number() });

/** 移送, 处罚, 联合惩戒, 倒查. */
const DISPOSITION_KINDS = ["transfer", "penalty", "joint-discipline", "partner-check"] as const;
/** What followed from a confirmed case. */
export const newDispositionSchema = z.strictObject({
  case: z.string().min(1).max(96),
  kind: z.enum(DISPOSITION_KINDS),
  decidedDate: localDateSchema,
  authority: z.string().trim().min(1).max(120).describe("who decided, or to whom it was handed over"),
  document: nullableText(120).default(null).describe("the number of the document"),
  partner: nullableText(120).default(null).describe("whose dealings with the site were traced back"),
  detail: z.string().max(2_000).default(""),
  corrects: z.string().max(40).nullable().default(null).describe("the entry in whose place this one stands"),
});
export const dispositionSchema = newDispositionSchema.extend({
  id: z.string(),
  recordedBy: z.string(),
  recordedMs: timeMs,
});
