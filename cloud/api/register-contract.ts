import { siteIdSchema } from "@sealwatch/protocols";
import { z } from "zod";
import { localDateSchema } from "../registry/local-date.ts";
import { regionIdSchema } from "../registry/region-id.ts";
import { CATEGORY_NAMES, SITE_STATES } from "../registry/site-category.ts";
import { locationSchema } from "../registry/site-location.ts";
import { levelSchema, siteSummarySchema, verdictSchema } from "./contract.ts";
import { pageQuery } from "./page.ts";

/** The register of closed sites as the API speaks of it. */

const timeMs = z.number();
const point = z.object({ latitude: z.number(), longitude: z.number() });
/** WGS-84 as stored, and GCJ-02 as Chinese maps draw it. */
export const shownLocationSchema = z.object({ wgs84: point, gcj02: point }).nullable();

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
