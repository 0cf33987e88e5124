import { loadConfigFile } from "@sealwatch/platform";
import { channelKindSchema, contactRoleSchema, siteIdSchema } from "@sealwatch/protocols";
import { z } from "zod";
import { thresholdValuesSchema } from "../context/threshold-values.ts";
import { unitFix } from "./column-units.ts";
import { MOMENT_FIX, momentOf } from "./moment.ts";

const BEIJING_OFFSET_MIN = 480;
const CHANNELS_MAX = 200;
const LATER = { path: ["to"], message: "write a time after from" };

const ROLE_FIX = "say what the contact watches: door, seal, mains-present or other";
/** For checks of an object in which single fields were refused already, so that every problem is told at once. */
const EVEN_SO = {
  when: ({ value }: { readonly value: unknown }) => typeof value === "object" && value !== null,
};

const utcOffsetSchema = z
  .int("write minutes east of UTC, such as 480")
  .min(-720, "write at least -720")
  .max(840, "write at most 840")
  .default(BEIJING_OFFSET_MIN)
  .describe("local time, minutes east of UTC");

/** An object of these keys; another is named, with those that there are. */
function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `remove or rename ${(issue.keys as string[]).join(", ")}; there are ${keys}`
        : `write an object of ${keys}`,
  });
}

const feederSchema = z
  .string("name the feeder, such as line-2")
  .min(1, "name the feeder")
  .max(48, "write at most 48 characters");

const columnSchema = section({
  kind: channelKindSchema.describe("what the column holds, such as active-power"),
  unit: z.string("write a unit such as kW").optional(),
  phase: z.enum(["L1", "L2", "L3", "total"], "choose of L1, L2, L3, total").optional(),
  feeder: feederSchema.optional(),
  device: z
    .string("name the device")
    .regex(/^[a-z0-9][a-z0-9-]{0,30}$/, "write 1–31 of a–z, 0–9 and -")
    .default("meter"),
  role: contactRoleSchema.optional().describe("contacts: what it watches"),
  normal: z
    .union([z.literal(0), z.literal(1)], "write 1 (closed) or 0 (open)")
    .default(1)
    .describe("contacts: its position while all is well"),
  label: z.string("write a text").max(60, "write at most 60 characters").default(""),
}).superRefine(({ kind, unit, role }, context) => {
  const fix = channelKindSchema.safeParse(kind).success ? unitFix(kind, unit) : null;
  if (fix !== null) context.addIssue({ code: "custom", path: ["unit"], message: fix });
  if (kind === "contact" && role === undefined)
    context.addIssue({ code: "custom", path: ["role"], message: ROLE_FIX });
}, EVEN_SO);

export type CsvColumn = z.output<typeof columnSchema>;

/** The site of a back-test, SITE.yaml; times in it without a zone are local time at this offset. */
function siteFileSchema(utcOffsetMin: number) {
  const moment = z.union([z.number(), z.string()], MOMENT_FIX).transform((value, context) => {
    const utcMs = momentOf(String(value), utcOffsetMin);
    if (utcMs !== null) return utcMs;
    context.addIssue({ code: "custom", message: MOMENT_FIX });
    return z.NEVER;
  });
  return section({
    id: siteIdSchema,
    utcOffsetMin: utcOffsetSchema,
    formerLoadW: z
      .number("write the power before the closure in W, or 0")
      .min(0, "write 0 or more")
      .default(0)
      .describe("power before the closure; 0: nobody knows"),
    learning: section({ from: moment, to: moment })
      .refine(({ from, to }) => to > from, LATER)
      .optional()
      .describe(
        "what the baseline is learned from; it is accepted at its end. Without it nothing is ever accepted",
      ),
    declaredCut: z
      .array(
        section({
          feeder: feederSchema,
          since: moment.optional(),
          nominalV: z.number("write V, such as 220").positive("write V, such as 220").optional(),
        }),
        "write a list such as [{ feeder: line-2 }]",
      )
      .max(16, "write at most 16")
      .default([])
      .describe("feeders and water supplies that were cut by order, as the columns' feeder names them"),
    permits: z
      .array(
        section({
          from: moment,
          to: moment,
          work: z.string("name the work").min(1, "name the work").max(120, "write at most 120 characters"),
        }).refine(({ from, to }) => to > from, LATER),
        "write a list such as [{ from: …, to: …, work: demolition }]",
      )
      .max(1_000, "write at most 1000")
      .default([])
      .describe("work that was approved: power, contacts and water are no signs then"),
    thresholds: thresholdValuesSchema
      .default({})
      .describe("what the rules ask for instead of their defaults, such as formerShare: 0.4"),
    channels: z
      .record(z.string().min(1).max(100, "write a name of at most 100 characters"), columnSchema, {
        error:
          "name the columns, each with its kind and unit, such as power: { kind: active-power, unit: kW }",
      })
      .refine((columns) => Object.keys(columns).length > 0, "name at least one column of the CSV file")
      .refine(
        (columns) => Object.keys(columns).length <= CHANNELS_MAX,
        `name at most ${CHANNELS_MAX} columns`,
      )
      .refine((columns) => !Object.hasOwn(columns, "time"), {
        path: ["time"],
        message: "remove it: the first column is the time, and no channel",
        ...EVEN_SO,
      }),
  });
}

export type SiteFile = z.output<ReturnType<typeof siteFileSchema>>;

/** Reads SITE.yaml; every problem is told at once. Throws CONFIG_UNREADABLE or CONFIG_INVALID. */
export function loadSiteFile(file: string): SiteFile {
  const told = z.looseObject({ utcOffsetMin: utcOffsetSchema.catch(BEIJING_OFFSET_MIN) });
  const { utcOffsetMin } = loadConfigFile(file, told.catch({ utcOffsetMin: BEIJING_OFFSET_MIN }));
  return loadConfigFile(file, siteFileSchema(utcOffsetMin));
}

/** The declared cuts of which no column tells anything: their index and feeder. */
export function cutsUnseen({
  declaredCut,
  channels,
}: SiteFile): readonly { index: number; feeder: string }[] {
  const seen = new Set(Object.values(channels).map(({ feeder }) => feeder));
  return declaredCut.flatMap(({ feeder }, index) => (seen.has(feeder) ? [] : [{ index, feeder }]));
}
