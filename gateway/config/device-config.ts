import { channelKindSchema, deviceIdSchema, profileNameSchema, sealLoopSchema } from "@sealwatch/protocols";
import { z } from "zod";

/** A link's name within its gateway's configuration. */
export const linkIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,47}$/, "write 1–48 of a–z, 0–9 and -");

const contactSchema = z.strictObject({
  role: z.enum(["door", "seal", "mains-present", "other"]).describe("what the contact watches"),
  label: z.string().min(1).max(60).describe("a name for people, such as 封条 S2"),
  normal: z.union([z.literal(0), z.literal(1)]).describe("its position while all is well: 1 closed, 0 open"),
});

const loopSchema = z
  .strictObject({
    kind: channelKindSchema.describe("what the transmitter measures, such as voc"),
    unit: z.string().max(12),
    low: z.number().describe("the value at 4 mA"),
    high: z.number().describe("the value at 20 mA"),
    decimals: z.int().min(-3).max(6).default(1),
  })
  .refine(({ low, high }) => low !== high, { path: ["high"], message: "choose another value than low" });

const labelledSealLoopSchema = sealLoopSchema.safeExtend({
  label: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe("a name for people, such as 封条 S2; the device's if absent"),
});

/** A device as it is written, before its profile is looked up. */
export const deviceShape = z.strictObject({
  id: deviceIdSchema,
  link: linkIdSchema.describe("the link it hangs on"),
  unit: z.int().min(0).max(255).optional().describe("its address on a Modbus link"),
  address: z
    .string()
    .regex(/^\d{12}$/, 'write the 12 digits on the meter, in quotes, such as "000000000161"')
    .optional()
    .describe("its address on a DL/T 645 link"),
  profile: profileNameSchema.describe("what it is, such as eastron/sdm630"),
  intervalMs: z.int().min(100).max(86_400_000).describe("time between two polls"),
  supply: z.enum(["own-feeder", "auxiliary", "battery"]).describe("what powers the device itself"),
  feeder: z.string().min(1).max(48).optional().describe("the feeder it measures, such as incomer"),
  ctRatio: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe(
      "turns ratio of its current transformers; multiplies what a profile marks as of the secondary side, unless the meter states its own",
    ),
  ptRatio: z.int().min(1).max(100_000).optional().describe("the same of its voltage transformers"),
  label: z.string().min(1).max(60).optional().describe("a name for people; the id if absent"),
  points: z.array(z.string()).min(1).optional().describe("the points to read; all of the profile if absent"),
  loops: z
    .record(z.string(), loopSchema)
    .optional()
    .describe("what hangs on its 4–20 mA inputs, by point; the others stay currents"),
  sealLoops: z
    .record(z.string(), labelledSealLoopSchema)
    .optional()
    .describe("supervised seal loops on its current inputs, by point"),
  contacts: z.record(z.string(), contactSchema).default({}).describe("the inputs in use, by point"),
});

export type DeviceDraft = z.output<typeof deviceShape>;
