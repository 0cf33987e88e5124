import { z } from "zod";
import { modbusPlaceShape, pointIdSchema } from "./device-point.ts";

const FINGERPRINTS_MAX = 16;

/** What a value must be for the device to be this one: exactly, within bounds, or (also) absent: refused, or no value. */
const expectedShape = {
  equals: z.number().optional(),
  range: z.tuple([z.number(), z.number()]).optional(),
  absent: z.literal(true).optional(),
  /** How much it says, against 1 for a plausible value. */
  weight: z.number().min(0.1).max(20).default(1),
};
const ONE_OF = "write equals or range, or absent, or absent beside one of them";
const oneOf = ({ equals, range, absent }: { equals?: unknown; range?: unknown; absent?: unknown }) =>
  equals === undefined ? range !== undefined || absent !== undefined : range === undefined;

const fingerprintPointSchema = z
  .strictObject({ point: pointIdSchema, ...expectedShape })
  .refine(oneOf, ONE_OF);
const fingerprintRegisterSchema = z
  .strictObject({
    id: pointIdSchema,
    ...modbusPlaceShape,
    ...expectedShape,
    /** What the register holds, and by which document. */
    meaning: z.string().min(1).max(300),
  })
  .refine(oneOf, ONE_OF);

/** How a scan recognises the device. */
export const identitySchema = z.strictObject({
  /** Points of the profile and what they read on this device only, or at least on it. */
  points: z.array(fingerprintPointSchema).max(FINGERPRINTS_MAX).default([]),
  /** Registers read by a scan only (Modbus). */
  registers: z.array(fingerprintRegisterSchema).max(FINGERPRINTS_MAX).default([]),
  /** Parts of what the device says to function 43 / 14 (Modbus V1.1b3, 6.21), in any case of letters. */
  deviceIdentification: z
    .strictObject({
      vendor: z.string().min(2).max(64).optional(),
      product: z.string().min(2).max(64).optional(),
    })
    .optional(),
});

/** What a fingerprint expects of one value. */
export type Expected = Omit<z.output<typeof fingerprintPointSchema>, "point">;
