import {
  type DecodedPoint,
  type DevicePoint,
  type DeviceProfile,
  decodePoint,
  dlt645RawOf,
  exceptionQuality,
  type PlannedDlt645Read,
  type PlannedRead,
  planDlt645Reads,
  planReads,
  priorityOf,
  QUALITY,
  rawOf,
  splitAfterDlt645Error,
  splitAfterIllegalAddress,
  type TransformerRatios,
} from "@sealwatch/protocols";
import { LINK_PRIORITY, type LinkOutcome, type LinkPriority, type LinkRequest } from "./link.ts";
import { type PacedLine, worthwhileHoles } from "./worthwhile-holes.ts";

/** Modbus: illegal data address. DL/T 645-2007: no such data. */
const ILLEGAL_ADDRESS = exceptionQuality(2);

/** One question to a station, and the points that its answer holds. */
export type StationRead = PlannedRead | PlannedDlt645Read;

/** The reads of these points that occupy the station's line least; `line` is null for sockets. Pure. */
export function planStationReads(
  points: readonly DevicePoint[],
  profile: DeviceProfile,
  line: PacedLine | null,
): readonly StationRead[] {
  if (profile.protocol === "dlt645") return planDlt645Reads(points);
  return worthwhileHoles(points, line).flatMap((cluster) => planReads(cluster, profile.limits));
}

/** The question that carries a read, as urgent as its most urgent point. Pure. */
export function requestOf(station: number | string, read: StationRead, dueMs: number): LinkRequest {
  const points: readonly DevicePoint[] = read.points;
  const ranks: LinkPriority[] = points.map((point) => LINK_PRIORITY[priorityOf(point)]);
  const priority = ranks.toSorted((left, right) => left - right)[0] ?? LINK_PRIORITY.identity;
  return "di" in read
    ? { kind: "dlt645-read", address: String(station), identifier: read.di, priority, dueMs }
    : { kind: "modbus-read", unit: Number(station), read: read.request, priority, dueMs };
}

/** What one point says in the answer to `read`. Pure. */
export function decodeFrom(
  read: StationRead,
  point: DevicePoint,
  outcome: LinkOutcome,
  ratios: TransformerRatios | null,
): DecodedPoint {
  if ("quality" in outcome) return { scaled: null, quality: outcome.quality };
  if ("di" in read) {
    const member = read.points.find(({ id }) => id === point.id);
    return member && "data" in outcome
      ? decodePoint(member, dlt645RawOf(member, outcome.data), ratios)
      : { scaled: null, quality: QUALITY.badFrame };
  }
  return "values" in outcome
    ? decodePoint(point, rawOf(read, point, outcome.values), ratios)
    : { scaled: null, quality: QUALITY.badFrame };
}

/**
 * What to ask instead of a read that the device refused as a whole; null where it was not refused for its addresses, or is one value
 * that the device lacks. Pure.
 */
export function askInstead(read: StationRead, outcome: LinkOutcome): readonly StationRead[] | null {
  if (!("quality" in outcome) || outcome.quality !== ILLEGAL_ADDRESS) return null;
  if ("di" in read) {
    const parts = splitAfterDlt645Error([read], read);
    return parts.every(({ di }) => di === read.di) ? null : parts;
  }
  return read.points.length < 2 ? null : splitAfterIllegalAddress([read], read);
}
