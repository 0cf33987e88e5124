import { qualityName } from "@sealwatch/protocols";
import type { WatchedDevice } from "../admin/admin-contract.ts";
import type { DeviceConfig } from "../config/gateway-config.ts";
import type { DeviceReading } from "./device-reader.ts";
import { valueText } from "./read-report.ts";

/** One device of a watch, as read at `atMs`, or not read yet. */
export function watchedDevice(
  device: DeviceConfig,
  reading: DeviceReading | null,
  atMs: number | null,
): WatchedDevice {
  const { id, link, unit, address } = device;
  const station = unit === undefined ? (address ?? "") : `unit ${unit}`;
  if (!reading)
    return { device: id, link, station, answered: false, values: [], atMs: null, roundTripMs: null };
  const tookMs = Math.max(0, ...reading.exchanges.map(({ reply }) => reply.tookMs));
  return { ...describeValues(id, reading), link, station, atMs, roundTripMs: Math.round(tookMs) };
}

/** A device's values as they go over the admin socket. */
export function describeValues(device: string, { answered, answers }: DeviceReading) {
  const values = answers.map((answer) => ({
    point: answer.point.id,
    value: answer.value,
    unit: answer.point.unit,
    quality: qualityName(answer.decoded.quality),
    text: valueText(answer),
  }));
  return { device, answered, values };
}
