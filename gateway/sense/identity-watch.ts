import {
  type ChannelKind,
  type DevicePoint,
  type EventKind,
  type EventRecord,
  toScaled,
  toValue,
} from "@sealwatch/protocols";

/** What a device says of itself and seldom changes: read rarely, and watched for tampering. */
export const IDENTITY_KINDS: readonly ChannelKind[] = [
  "ct-ratio",
  "pt-ratio",
  "serial-number",
  "device-clock",
];

/** Between two regular readings of it. */
export const IDENTITY_INTERVAL_MS = 600_000;

/** A meter's clock that is moved by less than this against ours was not set: it drifts, and answers late. */
export const CLOCK_STEP_MIN_MS = 120_000;

const DAY_S = 86_400;

/** Such a point, and the channel that carries it. */
export interface IdentityPoint {
  readonly channel: number;
  readonly point: Pick<DevicePoint, "kind" | "decimals">;
}

/** What is known of one such point: scaled, and of a clock the moment it showed that. */
export interface IdentityState {
  readonly known: Stated | null;
  /** Another value that was read once: the next reading confirms or refutes it. */
  readonly suspect: Stated | null;
}

interface Stated {
  readonly scaled: number;
  readonly atMs: number;
}

/** The state after a reading, what is to be told, and whether the device must be asked again at once. */
export interface IdentityStep {
  readonly state: IdentityState;
  readonly event: EventRecord | null;
  readonly confirm: boolean;
}

/** What is known before the device was asked: of the ratios what was configured (null: nothing). */
export function initialIdentity({ point }: IdentityPoint, configured: number | null): IdentityState {
  const scaled = configured === null ? null : toScaled(configured, point.decimals);
  return { known: scaled === null ? null : { scaled, atMs: 0 }, suspect: null };
}

/**
 * Takes one good reading of a ratio, a serial number or a clock. Another value than known counts when two readings in a row agree on
 * it, so that no odd frame is an event; the first value ever is no event. A clock shows the time of day only: that it was set by whole
 * days cannot be seen. Pure.
 */
export function observeIdentity(
  state: IdentityState,
  device: string,
  { channel, point }: IdentityPoint,
  reading: Stated,
): IdentityStep {
  const same = (before: Stated | null): boolean =>
    before !== null && agree(point.kind, point.decimals, before, reading);
  if (same(state.known)) return { state: { known: reading, suspect: null }, event: null, confirm: false };
  if (!same(state.suspect))
    return { state: { known: state.known, suspect: reading }, event: null, confirm: true };
  const { known } = state;
  const event: EventRecord | null = known && {
    type: "event",
    atMs: reading.atMs,
    event: EVENT_OF.get(point.kind) ?? "serial-changed",
    device,
    channel,
    value: reading.scaled,
    note: `${text(point, expected(point, known, reading.atMs))} → ${text(point, reading.scaled)}`,
  };
  return { state: { known: reading, suspect: null }, event, confirm: false };
}

const EVENT_OF: ReadonlyMap<ChannelKind, EventKind> = new Map([
  ["ct-ratio", "ratio-changed"],
  ["pt-ratio", "ratio-changed"],
  ["serial-number", "serial-changed"],
  ["device-clock", "device-clock-changed"],
]);

function agree(kind: ChannelKind, decimals: number, before: Stated, now: Stated): boolean {
  if (kind !== "device-clock") return before.scaled === now.scaled;
  const movedS = toValue(now.scaled, decimals) - toValue(before.scaled, decimals);
  const apartS = wrapped(movedS - (now.atMs - before.atMs) / 1_000);
  return Math.min(apartS, DAY_S - apartS) * 1_000 <= CLOCK_STEP_MIN_MS;
}

/** Seconds of the day: 0 follows 86 399. */
function wrapped(seconds: number): number {
  return ((seconds % DAY_S) + DAY_S) % DAY_S;
}

/** What the device should say at `atMs`, scaled. */
function expected({ kind, decimals }: IdentityPoint["point"], known: Stated, atMs: number): number {
  if (kind !== "device-clock") return known.scaled;
  const seconds = toValue(known.scaled, decimals) + (atMs - known.atMs) / 1_000;
  return toScaled(Math.floor(wrapped(seconds)), decimals) ?? known.scaled;
}

function text({ kind, decimals }: IdentityPoint["point"], scaled: number): string {
  const value = toValue(scaled, decimals);
  if (kind !== "device-clock") return String(value);
  const parts = [value / 3_600, (value / 60) % 60, value % 60];
  return parts.map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
}
