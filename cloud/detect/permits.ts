import type { ContextEntry } from "./context-entry.ts";
import type { PermitSensor } from "./permit-sensor.ts";

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
