import { channelKindSchema, contactRoleSchema, siteIdSchema } from "@sealwatch/protocols";
import { z } from "zod";
import { thresholdValuesSchema } from "../context/threshold-values.ts";

/** A moment: ISO 8601 with its zone, or milliseconds since 1970. */
export const momentSchema = z.union([z.number(), z.string(), z.date()]).transform((value, context) => {
  const atMs = typeof value === "number" ? value : new Date(value).getTime();
  if (Number.isSafeInteger(atMs)) return atMs;
  context.addIssue({ code: "custom", message: "write a time such as 2026-01-15T00:00:00+08:00" });
  return z.NEVER;
});

/** Units as people write them, and what a value in them is in the unit of the fold. */
const UNITS = {
  W: 1,
  kW: 1_000,
  MW: 1_000_000,
  V: 1,
  A: 1,
  kWh: 1,
  Wh: 0.001,
  MWh: 1_000,
  ppb: 1,
  ppm: 1_000,
  "°C": 1,
  "%": 1,
  "%RH": 1,
  m3: 1,
  L: 0.001,
  "m3/h": 1,
  "L/h": 0.001,
  "L/min": 0.06,
  Hz: 1,
  "": 1,
} as const;

type Unit = keyof typeof UNITS;

const columnSchema = z
  .strictObject({
    kind: channelKindSchema.describe("what the column holds, such as active-power"),
    unit: z
      .string()
      .refine((unit): unit is Unit => unit in UNITS, { error: `choose of ${Object.keys(UNITS).join(", ")}` })
      .default(""),
    phase: z.enum(["L1", "L2", "L3", "total"]).optional(),
    feeder: z.string().min(1).max(48).optional(),
    device: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, "write 1–31 of a–z, 0–9 and -")
      .default("meter"),
    role: contactRoleSchema.optional().describe("contacts: what it watches"),
    normal: z
      .union([z.literal(0), z.literal(1)])
      .default(1)
      .describe("contacts: its position while all is well"),
    label: z.string().max(60).default(""),
  })
  .refine(({ kind, role }) => kind !== "contact" || role !== undefined, {
    path: ["role"],
    message: "say what the contact watches: door, seal, mains-present or other",
  });

export type CsvColumn = z.output<typeof columnSchema>;

/** The site of a back-test, SITE.yaml. */
export const siteFileSchema = z.strictObject({
  id: siteIdSchema,
  utcOffsetMin: z.int().min(-720).max(840).default(480).describe("local time, minutes east of UTC"),
  formerLoadW: z.number().min(0).default(0).describe("power before the closure; 0: nobody knows"),
  learning: z
    .strictObject({ from: momentSchema, to: momentSchema })
    .refine(({ from, to }) => to > from, { path: ["to"], message: "write a time after from" })
    .optional()
    .describe(
      "what the baseline is learned from; it is accepted at its end. Without it nothing is ever accepted",
    ),
  declaredCut: z
    .array(
      z.strictObject({
        feeder: z.string().min(1).max(48),
        since: momentSchema.optional(),
        nominalV: z.number().positive().optional(),
      }),
    )
    .max(16)
    .default([])
    .describe("feeders and water supplies that were cut by order, as the columns' feeder names them"),
  permits: z
    .array(
      z
        .strictObject({ from: momentSchema, to: momentSchema, work: z.string().min(1).max(120) })
        .refine(({ from, to }) => to > from, { path: ["to"], message: "write a time after from" }),
    )
    .max(1_000)
    .default([])
    .describe("work that was approved: power, contacts and water are no signs then"),
  thresholds: thresholdValuesSchema
    .default({})
    .describe("what the rules ask for instead of their defaults, such as formerShare: 0.4"),
  channels: z
    .record(z.string().min(1), columnSchema)
    .refine((columns) => Object.keys(columns).length > 0, "name at least one column of the CSV file"),
});

export type SiteFile = z.output<typeof siteFileSchema>;

/** A value of a column in the unit of the fold: W, V, A, kWh, ppb, m³. */
export function inFoldUnit(unit: string, value: number): number {
  return value * UNITS[unit as Unit];
}
