import { type ChannelDescription, type ChannelsRecord, toValue } from "@sealwatch/protocols";
import type { VocSubject } from "./voc-rise.ts";
import type { WaterSubject } from "./water-on-cut.ts";

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
  readonly feeder?: string;
  /** Days of learning that are kept of it. */
  readonly daysKept?: number;
}

/** A channel of a meter that shows whether its feeder is alive. */
export interface FeederSubject {
  readonly kind: "feeder";
  readonly id: number;
  readonly device: string;
  readonly measures: "voltage" | "current" | "energy";
  readonly feeder?: string;
  /** Volts, amperes or kilowatt-hours of one scaled unit. */
  readonly perScaled: number;
  /** Between two conductors; otherwise from one to neutral. */
  readonly isLineToLine?: true;
  /** Of a current or of a voltage to neutral: which phase, 0 to 2. */
  readonly phase?: 0 | 1 | 2;
}

/** What a meter says of its load beside total power: by phase, or how much of it is reactive. */
export interface LoadSubject {
  readonly kind: "load";
  readonly id: number;
  readonly device: string;
  readonly measures: "load" | "powerFactor" | "reactiveVar";
  readonly phase: 0 | 1 | 2;
  readonly perScaled: number;
}

/** A gas sensor. */
export interface VocChannel extends VocSubject {
  readonly kind: "voc";
}

/** What is measured beside the gas. */
export interface AirSubject {
  readonly kind: "air";
  readonly id: number;
  readonly device: string;
  readonly measures: "temperature" | "humidity";
  readonly perScaled: number;
}

/** A water meter's volume or flow. */
export interface WaterChannel extends WaterSubject {
  readonly kind: "water";
  /** m³, or m³/h, of one scaled unit. */
  readonly perScaled: number;
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
  /** Of a mains contact: the feeder it proves. */
  readonly feeder?: string;
  /** Two wires with resistors to a seal: its values are those of SEAL_LOOP. */
  readonly isLoop?: true;
}

export type Subject =
  | PowerSubject
  | ContactSubject
  | FeederSubject
  | LoadSubject
  | VocChannel
  | AirSubject
  | WaterChannel;

/** Channels of one gateway that rules look at: power channels each hold a baseline of some 3 KiB. */
export const POWER_CHANNELS_MAX = 8;
export const CONTACTS_MAX = 64;
export const FEEDER_CHANNELS_MAX = 64;
export const LOAD_CHANNELS_MAX = 64;
export const VOC_CHANNELS_MAX = 4;
export const AIR_CHANNELS_MAX = 8;
export const WATER_CHANNELS_MAX = 4;

const WATTS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["W", 1],
  ["kW", 1_000],
  ["MW", 1_000_000],
]);

/** The channels of a list that some rule looks at. */
export function subjectsOf({ channels }: ChannelsRecord): Subject[] {
  return channels.flatMap(
    (channel) =>
      powerSubject(channel) ??
      contactSubject(channel) ??
      feederSubject(channel) ??
      loadSubject(channel) ??
      airSubject(channel) ??
      waterSubject(channel) ??
      [],
  );
}

function powerSubject(channel: ChannelDescription): PowerSubject | null {
  const unitW = WATTS_PER_UNIT.get(channel.unit);
  const total = channel.phase === undefined || channel.phase === "total";
  if (channel.kind !== "active-power" || !total || unitW === undefined) return null;
  const { id, device, point, intervalMs, decimals } = channel;
  const scaledW = unitW * toValue(1, decimals);
  return { kind: "power", id, device, point, intervalMs, unitW, scaledW, ...feederOf(channel) };
}

function contactSubject(channel: ChannelDescription): ContactSubject | null {
  const { id, device, point, label, contact } = channel;
  const isLoop = channel.kind === "seal-loop";
  if ((channel.kind !== "contact" && !isLoop) || !contact || contact.role === "other") return null;
  const { role, normal } = contact;
  return {
    kind: "contact",
    id,
    device,
    point,
    label,
    role,
    normal,
    ...feederOf(channel),
    ...(isLoop ? { isLoop } : {}),
  };
}

const FEEDER_UNITS: ReadonlyMap<string, readonly ["voltage" | "current" | "energy", number]> = new Map([
  ["voltage/V", ["voltage", 1]],
  ["voltage/kV", ["voltage", 1_000]],
  ["current/A", ["current", 1]],
  ["current/mA", ["current", 0.001]],
  ["energy-import/kWh", ["energy", 1]],
  ["energy-import/Wh", ["energy", 0.001]],
  ["energy-import/MWh", ["energy", 1_000]],
]);

function feederSubject(channel: ChannelDescription): FeederSubject | null {
  const known = FEEDER_UNITS.get(`${channel.kind}/${channel.unit}`);
  const isNeutral = channel.phase === "N";
  const isPart = channel.kind === "energy-import" && channel.phase !== undefined && channel.phase !== "total";
  if (!known || isNeutral || isPart) return null;
  const { id, device, decimals, phase } = channel;
  const isLineToLine = channel.kind === "voltage" && /^L\d\d$/.test(phase ?? "");
  const index = phaseIndex(phase);
  return {
    kind: "feeder",
    id,
    device,
    measures: known[0],
    perScaled: known[1] * toValue(1, decimals),
    ...feederOf(channel),
    ...(isLineToLine ? { isLineToLine } : {}),
    ...(index === null ? {} : { phase: index }),
  };
}

const VAR_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["var", 1],
  ["kvar", 1_000],
  ["Mvar", 1_000_000],
]);

function loadSubject(channel: ChannelDescription): LoadSubject | null {
  const { id, device, kind, unit, phase, decimals } = channel;
  const one = toValue(1, decimals);
  const index = phaseIndex(phase);
  const of = { kind: "load", id, device, phase: index ?? 0 } as const;
  const [wattsPerUnit, varPerUnit] = [WATTS_PER_UNIT.get(unit), VAR_PER_UNIT.get(unit)];
  if (kind === "active-power" && index !== null && wattsPerUnit !== undefined)
    return { ...of, measures: "load", perScaled: wattsPerUnit * one };
  const isTotal = phase === undefined || phase === "total";
  if (kind === "power-factor" && isTotal) return { ...of, measures: "powerFactor", perScaled: one };
  if (kind === "reactive-power" && isTotal && varPerUnit !== undefined)
    return { ...of, measures: "reactiveVar", perScaled: varPerUnit * one };
  return null;
}

function phaseIndex(phase: ChannelDescription["phase"]): 0 | 1 | 2 | null {
  if (phase === "L1") return 0;
  if (phase === "L2") return 1;
  return phase === "L3" ? 2 : null;
}

function airSubject(channel: ChannelDescription): VocChannel | AirSubject | null {
  const { id, device, point, kind, unit, decimals, intervalMs } = channel;
  const perScaled = toValue(1, decimals);
  if (kind === "voc") return { kind, id, device, point, perScaled, unit, intervalMs };
  if (kind !== "temperature" && kind !== "humidity") return null;
  return { kind: "air", id, device, measures: kind, perScaled };
}

const M3_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["water-volume/m3", 1],
  ["water-volume/m³", 1],
  ["water-volume/L", 0.001],
  ["water-flow/m3/h", 1],
  ["water-flow/m³/h", 1],
  ["water-flow/L/h", 0.001],
  ["water-flow/L/min", 0.06],
  ["water-flow/L/s", 3.6],
]);
/** What is counted as one where a meter gives its flow, m³. */
const FLOW_COUNT_M3 = 0.01;

function waterSubject(channel: ChannelDescription): WaterChannel | null {
  const { id, device, point, kind, unit, decimals, intervalMs } = channel;
  const m3 = M3_PER_UNIT.get(`${kind}/${unit}`);
  if (m3 === undefined) return null;
  const perScaled = m3 * toValue(1, decimals);
  const of = { kind: "water", id, device, point, perScaled, ...feederOf(channel) } as const;
  return kind === "water-flow"
    ? { ...of, countM3: FLOW_COUNT_M3, flowIntervalMs: intervalMs }
    : { ...of, countM3: perScaled };
}

function feederOf({ feeder }: ChannelDescription): { feeder?: string } {
  return feeder === undefined ? {} : { feeder };
}
