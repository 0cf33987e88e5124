import { type ChannelDescription, type ChannelsRecord, toValue } from "@sealwatch/protocols";

/** A channel that measures a feeder's total active power. */
export interface PowerSubject {
  readonly kind: "power";
  /** The channel's number; 0 when the newest list has it no more. */
  readonly id: number;
  readonly device: string;
  readonly point: string;
  /** Watts of one scaled unit, and of one of the channel's own units. */
  readonly scaledW: number;
  readonly unitW: number;
  readonly intervalMs: number;
}

/** A contact with a position that is normal. */
export interface ContactSubject {
  readonly kind: "contact";
  readonly id: number;
  readonly device: string;
  readonly point: string;
  readonly role: "door" | "seal" | "mains-present";
  readonly normal: 0 | 1;
  readonly label: string;
  /** Two wires with resistors to a seal: its values are those of SEAL_LOOP. */
  readonly isLoop?: true;
}

export type Subject = PowerSubject | ContactSubject;

/** Channels of one gateway that rules look at: power channels each hold a baseline of some 3 KiB. */
export const POWER_CHANNELS_MAX = 8;
export const CONTACTS_MAX = 64;

const WATTS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["W", 1],
  ["kW", 1_000],
  ["MW", 1_000_000],
]);

/** The channels of a list that some rule looks at. */
export function subjectsOf({ channels }: ChannelsRecord): Subject[] {
  return channels.flatMap((channel) => powerSubject(channel) ?? contactSubject(channel) ?? []);
}

function powerSubject(channel: ChannelDescription): PowerSubject | null {
  const unitW = WATTS_PER_UNIT.get(channel.unit);
  const total = channel.phase === undefined || channel.phase === "total";
  if (channel.kind !== "active-power" || !total || unitW === undefined) return null;
  const { id, device, point, intervalMs, decimals } = channel;
  return { kind: "power", id, device, point, intervalMs, unitW, scaledW: unitW * toValue(1, decimals) };
}

function contactSubject(channel: ChannelDescription): ContactSubject | null {
  const { id, device, point, label, contact } = channel;
  const isLoop = channel.kind === "seal-loop";
  if ((channel.kind !== "contact" && !isLoop) || !contact || contact.role === "other") return null;
  const { role, normal } = contact;
  return { kind: "contact", id, device, point, label, role, normal, ...(isLoop ? { isLoop } : {}) };
}
