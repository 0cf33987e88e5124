import type { DevicePoint, ModbusPoint } from "./device-point.ts";
import type { DeviceProfile } from "./device-profile.ts";
import type { Expected } from "./identity-schema.ts";
import type { PointValues } from "./self-check.ts";

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
