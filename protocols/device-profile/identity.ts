import { z } from "zod";
import { type DevicePoint, type ModbusPoint, modbusPlaceShape, pointIdSchema } from "./device-point.ts";
import type { DeviceProfile } from "./device-profile.ts";
import type { PointValues } from "./self-check.ts";

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

type Expected = Omit<z.output<typeof fingerprintPointSchema>, "point">;

/** What a device said to function 43 / 14. */
export interface DeviceIdentification {
  readonly vendor?: string | undefined;
  readonly product?: string | undefined;
}

const IDENTIFICATION_WEIGHT = 10;
/** What a profile that nothing tells apart can be trusted, at most: other devices answer there too. */
const PLAUSIBLE_ONLY = 0.35;
/** The weight of evidence from which on a full match is trusted fully. */
const SURE_WEIGHT = 6;

/** The points that a scan reads to recognise the device: its fingerprint points and registers, as planReads takes them. */
export function identityPoints(profile: DeviceProfile): DevicePoint[] {
  const named = new Set(profile.identity?.points.map(({ point }) => point));
  const points: DevicePoint[] = profile.points.filter((point: DevicePoint) => named.has(point.id));
  const registers = (profile.identity?.registers ?? []).map(
    ({ equals: _, range: __, absent: ___, weight: ____, meaning: _____, ...place }): ModbusPoint => ({
      ...place,
      kind: "device-status",
      unit: "",
      decimals: 3,
      range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
      secondary: false,
      notNumbers: [],
    }),
  );
  return [...points, ...registers];
}

/**
 * How surely a device is of this profile, 0 … 1, by what its identityPoints read (by id; null where it said that there is no value, no
 * entry where it did not answer) and what it said of itself. A profile that states no identity scores 0.
 */
export function identityConfidence(
  profile: DeviceProfile,
  values: PointValues,
  said: DeviceIdentification = {},
): number {
  const { identity } = profile;
  if (!identity) return 0;
  const outcomes: { weight: number; matches: boolean }[] = [
    ...identity.points.map(({ point, ...expected }) => ({ point, expected })),
    ...identity.registers.map(({ id, ...expected }) => ({ point: id, expected })),
  ].map(({ point, expected }) => ({ weight: expected.weight, matches: matches(values[point], expected) }));
  for (const part of ["vendor", "product"] as const) {
    const wanted = identity.deviceIdentification?.[part];
    const stated = said[part];
    if (wanted === undefined || stated === undefined) continue;
    const holds = stated.toLowerCase().includes(wanted.toLowerCase());
    outcomes.push({ weight: IDENTIFICATION_WEIGHT, matches: holds });
  }
  const total = outcomes.reduce((sum, { weight }) => sum + weight, 0);
  const matched = outcomes.reduce((sum, { weight, matches: match }) => sum + (match ? weight : 0), 0);
  if (total === 0) return 0;
  const trust = PLAUSIBLE_ONLY + (1 - PLAUSIBLE_ONLY) * Math.min(1, matched / SURE_WEIGHT);
  return (matched / total) * trust;
}

function matches(value: number | null | undefined, { equals, range, absent }: Partial<Expected>): boolean {
  if (value == null) return absent === true;
  if (equals !== undefined) return value === equals;
  return range !== undefined && value >= range[0] && value <= range[1];
}
