/** When a silent device counts as lost, and how it is probed then. */
export interface HealthBounds {
  readonly lostAfterMisses: number;
  readonly probeFirstMs: number;
  readonly probeMaxMs: number;
}

/** One device's health: answering (perhaps with misses), or lost and probed ever more rarely. */
export type DeviceHealth =
  | { readonly state: "answering"; readonly misses: number }
  | { readonly state: "lost"; readonly probes: number; readonly probeAtMs: number };

/** What people should hear about. */
export type HealthChange = "device-lost" | "device-regained" | null;

export const FRESH_HEALTH: DeviceHealth = { state: "answering", misses: 0 };

/** True when the device may be asked at `atMs`; a lost one only when its probe is due. */
export function mayAsk(health: DeviceHealth, atMs: number): boolean {
  return health.state === "answering" || atMs >= health.probeAtMs;
}

/** Advances a device's health by one poll that asked. Pure. */
export function afterPoll(
  health: DeviceHealth,
  answered: boolean,
  atMs: number,
  bounds: HealthBounds,
): { readonly health: DeviceHealth; readonly change: HealthChange } {
  if (answered) return { health: FRESH_HEALTH, change: health.state === "lost" ? "device-regained" : null };
  if (health.state === "answering" && health.misses + 1 < bounds.lostAfterMisses)
    return { health: { state: "answering", misses: health.misses + 1 }, change: null };
  const probes = health.state === "lost" ? health.probes + 1 : 0;
  const waitMs = Math.min(bounds.probeMaxMs, bounds.probeFirstMs * 2 ** Math.min(probes, 30));
  return {
    health: { state: "lost", probes, probeAtMs: atMs + waitMs },
    change: health.state === "lost" ? null : "device-lost",
  };
}
