import type { ContextEntry } from "./context-entry.ts";

/**
 * What a permit can cover. Gas and silence are no work that anybody can approve; `meter` is the exchange or the setting of one: its
 * number, clock and ratio may change then. It is covered only where it is named.
 */
export const PERMIT_SENSORS = ["power", "water", "door", "seal", "meter"] as const;
export type PermitSensor = (typeof PERMIT_SENSORS)[number];

/** Approved work that is not over yet. */
export interface OpenPermit {
  /** Absent: nobody can end it early. */
  readonly permit?: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  /** Absent: whatever a permit can cover but `meter`. */
  readonly sensors?: readonly PermitSensor[] | undefined;
}

/** Approved works that may overlap. */
const PERMITS_MAX = 16;

/** The open permits after an entry said more of them; those that are over are forgotten. Pure. */
export function permitsAfter(
  permits: readonly OpenPermit[],
  entry: Extract<ContextEntry, { kind: "permit" | "permit-ended" }>,
): OpenPermit[] {
  const { effectiveMs } = entry;
  const open = permits.filter(({ toMs }) => toMs > effectiveMs);
  if (entry.kind === "permit-ended") return open.filter(({ permit }) => permit !== entry.permit);
  const { toMs, permit, sensors } = entry;
  const added = { fromMs: effectiveMs, toMs, ...(permit && { permit }), ...(sensors && { sensors }) };
  return [...open, added].slice(-PERMITS_MAX);
}

/** True when what a sensor shows at a time is approved; null: a contact that is neither door nor seal. Pure. */
export function isPermitted(
  permits: readonly OpenPermit[],
  sensor: PermitSensor | null,
  utcMs: number,
): boolean {
  return permits.some(
    ({ fromMs, toMs, sensors }) =>
      utcMs >= fromMs &&
      utcMs < toMs &&
      (sensors === undefined ? sensor !== "meter" : sensor !== null && sensors.includes(sensor)),
  );
}
