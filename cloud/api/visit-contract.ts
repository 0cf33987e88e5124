import { z } from "zod";
import { answersSchema, FOUND, VISIT_KINDS, VISIT_STATES } from "../visits/visit-record.ts";
import { templateSchema } from "../visits/visit-template.ts";

const timeMs = z.number();
const id = z.string().min(1).max(64);
const accounts = z.array(z.string().min(1).max(40)).min(1, "name at least one person").max(20);

/** A photo as it hangs on a visit, a seal or a site. The bytes: GET /photos/{photo}. */
export const photoSchema = z.object({
  /** SHA-256 of the bytes, hex. */
  photo: z.string(),
  type: z.enum(["image/jpeg", "image/png", "image/webp"]),
  bytes: z.number(),
  width: z.number(),
  height: z.number(),
  note: z.string(),
  atMs: timeMs,
  by: z.string(),
  /** What the camera wrote into it; null: nothing. */
  takenMs: timeMs.nullable(),
  location: z.object({ latitude: z.number(), longitude: z.number() }).nullable(),
  /** From the site, metres; null: one of the two places is not known. */
  distanceM: z.number().nullable(),
  warnings: z.array(z.object({ zh: z.string(), en: z.string() })),
});

const recordSchema = z.object({
  atMs: timeMs,
  by: z.string(),
  name: z.string(),
  startedMs: timeMs,
  endedMs: timeMs,
  /** Everybody who was there, also those without an account. */
  present: z.array(z.string()),
  found: z.enum(FOUND),
  answers: answersSchema,
  notes: z.string(),
  location: z
    .object({ latitude: z.number(), longitude: z.number(), accuracyM: z.number().nullable() })
    .nullable(),
});

/** A visit: who is sent where, by when, with which questions, and what they found. */
export const visitSchema = z.object({
  id: z.string(),
  case: z.string().nullable(),
  site: z.string(),
  regionPath: z.string(),
  kind: z.enum(VISIT_KINDS),
  state: z.enum(VISIT_STATES),
  template: templateSchema,
  persons: z.array(z.object({ id: z.string(), name: z.string() })),
  dueMs: timeMs,
  draw: z.string().nullable(),
  note: z.string(),
  assigned: z.object({ atMs: timeMs, by: z.string(), name: z.string() }),
  /** What was found, oldest first; a later record corrects an earlier one and none is overwritten. */
  records: z.array(recordSchema),
  photos: z.array(photoSchema),
  version: z.number(),
});

export const visitOrderSchema = z.strictObject({
  kind: z.enum(VISIT_KINDS),
  template: z.string().min(1).max(40).default("generic"),
  persons: accounts,
  dueMs: z.int().min(0),
  note: z.string().trim().max(500).default(""),
});
export const newVisitSchema = visitOrderSchema.extend({ site: id, draw: id.nullable().default(null) });

const coordinate = { latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) };
export const visitRecordSchema = z.strictObject({
  startedMs: z.int().min(0),
  endedMs: z.int().min(0),
  present: z.array(z.string().trim().min(1).max(60)).max(30).default([]),
  found: z.enum(FOUND),
  answers: answersSchema,
  notes: z.string().trim().max(4_000).default(""),
  location: z
    .strictObject({ ...coordinate, accuracyM: z.number().min(0).max(100_000).nullable().default(null) })
    .nullable()
    .default(null),
});

/** A draw of sites for supervision, with all it takes to do it again. */
export const drawSchema = z.object({
  id: z.string(),
  region: z.string(),
  seed: z.string(),
  count: z.number(),
  population: z.array(z.string()),
  drawn: z.array(z.string()),
  atMs: timeMs,
  by: z.string(),
  name: z.string(),
  verify: z.object({ zh: z.string(), en: z.string() }),
});

export type VisitView = z.output<typeof visitSchema>;
export type PhotoView = z.output<typeof photoSchema>;
