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
import { planStationReads, type StationRead } from "./station-read.ts";
import type { PacedLine } from "./worthwhile-holes.ts";

/** What a meter says of its transformers: read along with every value of the secondary side. */
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
  /** The transformers as configured; what the device says of them goes first. */
  readonly ratios: { readonly ct?: number | undefined; readonly pt?: number | undefined };
  readonly samples: readonly PlannedPoint[];
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
    const planned = wantedPoints(device).map((point) => {
      const channel = channels.length + 1;
      channels.push(describe(device, point, channel, intervalMs));
      return { channel, point };
    });
    return {
      device: device.id,
      link: device.link,
      unit: device.unit ?? device.address ?? "",
      intervalMs,
      reads: planStationReads(
        planned.map(({ point }) => point),
        device.profile,
        lineOf(links.find(({ id }) => id === device.link)),
      ),
      ratios: { ct: device.ctRatio, pt: device.ptRatio },
      samples: planned.filter(({ point }) => point.kind !== "contact"),
      contacts: planned.filter(({ point }) => point.kind === "contact"),
    };
  });
  return { plans, channels };
}

function lineOf(link: LinkConfig | undefined): PacedLine | null {
  return link && "baud" in link ? link : null;
}

function wantedPoints(device: DeviceConfig): DevicePoint[] {
  const points: readonly DevicePoint[] = device.profile.points;
  const chosen = points.filter(({ id, kind }) =>
    kind === "contact" ? id in device.contacts : (device.points?.includes(id) ?? true),
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
  const contact = device.contacts[point.id];
  const name = device.label ?? device.id;
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
    label: contact?.label ?? name,
  };
}
