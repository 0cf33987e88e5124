import { z } from "zod";
import { INCOMER, idSchema } from "../plant/plant-config.ts";
import { DLT645_MODELS, isDlt645Model } from "./dlt645-data.ts";
import { MODELS } from "./model-tables.ts";

const INPUTS_MAX = 8;
/** The contact that is closed while the mains is there. */
export const MAINS_CONTACT = "mains-present";

/** A two-wire loop at a current input: a 4-20 mA transmitter, or a contact with end-of-line resistors. */
const currentLoop = z.union([
  z.strictObject({
    /** What a scenario cuts, shorts and mends. */
    id: idSchema,
    measures: z.enum(["vocPpb", "co2Ppm", "temperatureC", "humidityPercent", "powerW"]),
    /** What 4 mA and 20 mA stand for. */
    at4Ma: z.number(),
    at20Ma: z.number(),
  }),
  z.strictObject({ contact: idSchema }),
]);

export type CurrentLoop = z.output<typeof currentLoop>;

/** One device of a site, as a scenario file gives it. */
export const deviceConfigSchema = z
  .strictObject({
    id: idSchema,
    /** Modbus devices only. */
    unit: z.number().int().min(1, "units are 1 to 247").max(247, "units are 1 to 247").optional(),
    /** DL/T 645 meters only: the twelve digits on the nameplate. */
    address: z
      .string()
      .regex(/^\d{12}$/, 'write twelve digits in quotes, such as "201000000012"')
      .optional(),
    model: z.enum([...MODELS, ...DLT645_MODELS]),
    /** `mains`: goes dark with the line it measures. */
    supply: z.enum(["mains", "battery"]),
    /** Of a meter: which feeder it measures. */
    feeder: idSchema.default(INCOMER),
    serialNumber: z.number().int().min(1).max(99_999_999).default(21_060_001),
    ctRatio: z.number().int().min(1).max(9999).default(1),
    ptRatio: z.number().int().min(1).max(9999).default(1),
    /** The rate at which it listens when that is not the line's; seen only where the peer's rate is known. */
    baud: z.number().int().min(300).max(921_600).optional(),
    /** Contacts by input number, for a contact module; the inputs after the last one are not wired. */
    inputs: z.array(idSchema).max(INPUTS_MAX, "a contact module has 8 inputs").default([]),
    /** Loops by input number, for a current input module; the inputs after the last one are not wired. */
    loops: z.array(currentLoop).max(INPUTS_MAX, "a current input module has 8 inputs").default([]),
  })
  .superRefine(({ model, unit, address }, context) => {
    const [missing, needless] = isDlt645Model(model)
      ? [address === undefined ? "address" : null, unit === undefined ? null : "unit"]
      : [unit === undefined ? "unit" : null, address === undefined ? null : "address"];
    if (missing) context.addIssue({ code: "custom", path: [missing], message: `a ${model} needs one` });
    if (needless) context.addIssue({ code: "custom", path: [needless], message: `a ${model} has none` });
  });

export type DeviceConfig = z.output<typeof deviceConfigSchema>;
