import { z } from "zod";
import { deviceIdSchema } from "./identifier.ts";

/** What a channel measures, in the terms of IEC 62053 metering and gas sensing. */
export const channelKindSchema = z.enum([
  "active-power",
  "reactive-power",
  "apparent-power",
  "power-factor",
  "voltage",
  "current",
  "frequency",
  "energy-import",
  "energy-export",
  "contact",
  "voc",
  "co2",
  "temperature",
  "humidity",
  /** A current loop that no one has said the meaning of yet, mA. */
  "loop-current",
  /** A supervised seal loop: 0 open, 1 closed, 2 cut, 3 shorted. */
  "seal-loop",
  "water-volume",
  "water-flow",
  /** What feeds the gateway or a sensor, and what its battery holds: never the plant's mains. */
  "supply-voltage",
  "battery-charge",
  /** Ratios set in a meter, its serial number and its clock (seconds of the day): a change under us is tampering. */
  "ct-ratio",
  "pt-ratio",
  "serial-number",
  "device-clock",
  /** What a device says of itself, as its own code. */
  "device-status",
]);

export type ChannelKind = z.output<typeof channelKindSchema>;

/** Which conductor, or pair of conductors, a value belongs to. */
export const phaseSchema = z.enum(["L1", "L2", "L3", "N", "L12", "L23", "L31", "total"]);

/** What a contact watches. `mains-present` proves the supply, independent of any meter. */
export const contactRoleSchema = z.enum(["door", "seal", "mains-present", "other"]);

export type ContactRole = z.output<typeof contactRoleSchema>;

/**
 * One channel, described so that its readings can be understood without the gateway's configuration.
 * A value is `scaled / 10^decimals` in `unit`; a contact is 1 closed, 0 open.
 */
export const channelDescriptionSchema = z.strictObject({
  id: z.int().min(1).max(65_535),
  device: deviceIdSchema,
  /** The profile's point, such as `power-total`. */
  point: z.string().min(1).max(48),
  /** Vendor, model and revision of the device profile, such as `eastron/sdm630@1`. */
  profile: z.string().min(1).max(80),
  kind: channelKindSchema,
  phase: phaseSchema.optional(),
  unit: z.string().max(12),
  decimals: z.int().min(-3).max(6),
  /** Nominal time between two samples. */
  intervalMs: z.int().min(1).max(86_400_000),
  /** The feeder that is measured, such as `incomer`. */
  feeder: z.string().min(1).max(48).optional(),
  /** What powers the device that measures. */
  supply: z.enum(["own-feeder", "auxiliary", "battery"]),
  ctRatio: z.int().min(1).max(100_000).optional(),
  ptRatio: z.int().min(1).max(100_000).optional(),
  /** Contacts only: what it watches, and its position (1 closed, 0 open) while all is well. */
  contact: z
    .strictObject({ role: contactRoleSchema, normal: z.union([z.literal(0), z.literal(1)]) })
    .optional(),
  /** A name for people, such as 封条 S2. */
  label: z.string().max(60),
});

export type ChannelDescription = z.output<typeof channelDescriptionSchema>;

/** A scaled integer as the number it stands for. */
export function toValue(scaled: number, decimals: number): number {
  return decimals >= 0 ? scaled / 10 ** decimals : scaled * 10 ** -decimals;
}

/** A value as the scaled integer that is journaled; null when it is not a finite, representable number. */
export function toScaled(value: number, decimals: number): number | null {
  const scaled = Math.round(value * 10 ** decimals);
  return Number.isSafeInteger(scaled) ? scaled + 0 : null;
}
