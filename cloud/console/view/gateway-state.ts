import type { GatewayView } from "../../api/contract.ts";

/** How a gateway stands with the cloud. Only `live` says that what is shown is the present. */
export type GatewayState = Contact | "revoked";
type Contact = "live" | "backfilling" | "silent" | "never";

/** A quiet gateway sends every 5 minutes; twice that and a little is late. */
export const BACKFILL_LAG_MS = 11 * 60_000;
const SILENT_AFTER_MS = 15 * 60_000;

/** Judges one gateway by the present moment. */
export function gatewayState(gateway: GatewayView, nowMs: number): GatewayState {
  return gateway.revokedMs === null ? contactOf(gateway, nowMs) : "revoked";
}

function contactOf(gateway: GatewayView, nowMs: number): Contact {
  if (gateway.heardMs === null) return "never";
  if (!gateway.connected || nowMs - gateway.heardMs > SILENT_AFTER_MS) return "silent";
  if (gateway.recordedToMs === null || nowMs - gateway.recordedToMs > BACKFILL_LAG_MS) return "backfilling";
  return "live";
}

/** The moment up to which a site's record reaches; null when nothing was recorded. */
export function recordedTo(gateways: readonly GatewayView[]): number | null {
  return gateways.reduce<number | null>(
    (newest, { recordedToMs }) =>
      recordedToMs === null ? newest : Math.max(newest ?? recordedToMs, recordedToMs),
    null,
  );
}

/** What must be said beside a verdict so that it is not read as the present; null when it is the present. */
export function verdictCaveat(gateways: readonly GatewayView[], nowMs: number): Contact | null {
  const trusted = gateways.filter(({ revokedMs }) => revokedMs === null);
  const states = trusted.map((gateway) => contactOf(gateway, nowMs));
  if (states.length === 0) return gateways.length === 0 ? "never" : "silent";
  return (["silent", "never", "backfilling"] as const).find((state) => states.includes(state)) ?? null;
}

/** Share of a back-fill that is done, 0–1, counted from where it stood when it was first seen. */
export function backfillShare(recordedToMs: number, seenFromMs: number, nowMs: number): number {
  const whole = nowMs - seenFromMs;
  return whole <= 0 ? 1 : Math.min(1, Math.max(0, (recordedToMs - seenFromMs) / whole));
}
