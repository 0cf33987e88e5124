import {
  type ChannelDescription,
  type ChannelKind,
  configureLoop,
  configureSealLoop,
  type DevicePoint,
  isModbusPoint,
  profileReference,
} from "@sealwatch/protocols";
import type { DeviceConfig } from "../config/gateway-config.ts";
import type { LinkConfig } from "../config/link-config.ts";
import { IDENTITY_INTERVAL_MS, IDENTITY_KINDS } from "./identity-watch.ts";
import { planStationReads, type StationRead } from "./station-read.ts";
import type { PacedLine } from "./worthwhile-holes.ts";

/** What a meter says of its transformers: known before any value of the secondary side is told. */
export const RATIO_KINDS: readonly ChannelKind[] = ["ct-ratio", "pt-ratio"];

/** A point and the channel that carries it. */
export interface PlannedPoint {
  readonly channel: number;
  readonly point: DevicePoint;
}

/** How one device is polled. */
export interface PollPlan {
  readonly device: string;
  readonly link: string;
  /** Modbus unit, or DL/T 645 address. */
  readonly unit: number | string;
  readonly intervalMs: number;
  readonly reads: readonly StationRead[];
  /** What the device says of itself, read every IDENTITY_INTERVAL_MS. */
  readonly identityReads: readonly StationRead[];
  readonly identity: readonly PlannedPoint[];
  /** The transformers as configured; what the device says of them goes first. */
  readonly ratios: { readonly ct?: number | undefined; readonly pt?: number | undefined };
  readonly samples: readonly PlannedPoint[];
  /** Contacts and supervised seal loops. */
  readonly contacts: readonly PlannedPoint[];
}

/** What is polled, and the channels that come of it. */
export interface PollPlans {
  readonly plans: readonly PollPlan[];
  readonly channels: readonly ChannelDescription[];
}

/**
 * Numbers the channels of all devices from 1 and plans their reads for the links they hang on; no device is polled more often than
 * `slowestMs`.
 */
export function planPolling(
  devices: readonly DeviceConfig[],
  slowestMs = 0,
  links: readonly LinkConfig[] = [],
): PollPlans {
  const channels: ChannelDescription[] = [];
  const plans = devices.map((device): PollPlan => {
    const intervalMs = Math.max(device.intervalMs, slowestMs);
    const points = wantedPoints(device);
    // A device of which nothing else is wanted must answer something at its own cadence.
    const hasMore = points.some(({ kind }) => !IDENTITY_KINDS.includes(kind));
    const isRare = ({ kind }: DevicePoint) => hasMore && IDENTITY_KINDS.includes(kind);
    const planned = points.map((point) => {
      const channel = channels.length + 1;
      const everyMs = isRare(point) ? Math.max(intervalMs, IDENTITY_INTERVAL_MS) : intervalMs;
      channels.push(describe(device, point, channel, everyMs));
      return { channel, point };
    });
    const identity = planned.filter(({ point }) => isRare(point));
    const polled = planned.filter((one) => !identity.includes(one));
    const line = lineOf(links.find(({ id }) => id === device.link));
    const readsOf = (members: readonly PlannedPoint[]) =>
      planStationReads(
        members.map(({ point }) => point),
        device.profile,
        line,
      );
    return {
      device: device.id,
      link: device.link,
      unit: device.unit ?? device.address ?? "",
      intervalMs,
      reads: readsOf(polled),
      identityReads: readsOf(identity),
      identity,
      ratios: { ct: device.ctRatio, pt: device.ptRatio },
      samples: polled.filter(({ point }) => !isContact(point)),
      contacts: polled.filter(({ point }) => isContact(point)),
    };
  });
  return { plans, channels };
}

/** Told as changes and proof of polling, never as samples. */
function isContact({ kind }: DevicePoint): boolean {
  return kind === "contact" || kind === "seal-loop";
}

function lineOf(link: LinkConfig | undefined): PacedLine | null {
  return link && "baud" in link ? link : null;
}

function wantedPoints(device: DeviceConfig): DevicePoint[] {
  const points: readonly DevicePoint[] = device.profile.points;
  const chosen = points.filter(({ id, kind, onRequest }) =>
    kind === "contact"
      ? id in device.contacts
      : (device.points?.includes(id) ?? !onRequest) || id in (device.sealLoops ?? {}),
  );
  const secondary = chosen.some((point) => point.secondary);
  return points
    .filter((point) => chosen.includes(point) || (secondary && RATIO_KINDS.includes(point.kind)))
    .map((point) => configured(point, device));
}

/** A current input as what hangs on it. */
function configured(point: DevicePoint, { loops, sealLoops }: DeviceConfig): DevicePoint {
  if (!isModbusPoint(point)) return point;
  const sealLoop = sealLoops?.[point.id];
  if (sealLoop) return configureSealLoop(point, sealLoop);
  const meaning = loops?.[point.id];
  return (meaning && configureLoop(point, meaning)) ?? point;
}

function describe(
  device: DeviceConfig,
  point: DevicePoint,
  id: number,
  intervalMs: number,
): ChannelDescription {
  const contact = point.kind === "seal-loop" ? SEAL : device.contacts[point.id];
  const name = device.label ?? device.id;
  const label = device.contacts[point.id]?.label ?? device.sealLoops?.[point.id]?.label ?? name;
  return {
    id,
    device: device.id,
    point: point.id,
    profile: profileReference(device.profile),
    kind: point.kind,
    ...(point.phase ? { phase: point.phase } : {}),
    unit: point.unit,
    decimals: point.decimals,
    intervalMs,
    ...(device.feeder ? { feeder: device.feeder } : {}),
    supply: device.supply,
    ...(device.ctRatio ? { ctRatio: device.ctRatio } : {}),
    ...(device.ptRatio ? { ptRatio: device.ptRatio } : {}),
    ...(contact ? { contact: { role: contact.role, normal: contact.normal } } : {}),
    label,
  };
}

/** A supervised loop watches a seal, and is closed (1) while that is whole. */
const SEAL = { role: "seal", normal: 1 } as const;
