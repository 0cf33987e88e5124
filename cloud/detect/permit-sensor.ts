/**
 * What a permit can cover. Gas and silence are no work that anybody can approve; `meter` is the exchange or the setting of one: its
 * number, clock and ratio may change then. It is covered only where it is named.
 */
export const PERMIT_SENSORS = ["power", "water", "door", "seal", "meter"] as const;
export type PermitSensor = (typeof PERMIT_SENSORS)[number];
