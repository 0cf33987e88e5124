import { dlt645Bytes } from "../dlt645/dlt645-value.ts";
import { type DevicePoint, type Dlt645Point, isModbusPoint } from "./device-point.ts";

/** One data identifier, and the points that its answer holds. */
export interface PlannedDlt645Read {
  readonly di: string;
  readonly points: readonly Dlt645Point[];
}

/** The fewest reads of the DL/T 645 points among these: one for each identifier, in the order of the points. */
export function planDlt645Reads(points: readonly DevicePoint[]): PlannedDlt645Read[] {
  const byIdentifier = new Map<string, Dlt645Point[]>();
  for (const point of points) {
    if (isModbusPoint(point)) continue;
    byIdentifier.set(point.di, [...(byIdentifier.get(point.di) ?? []), point]);
  }
  return [...byIdentifier].map(([di, members]) => ({ di, points: members }));
}

/** The bytes of `point` within the data of its answer (identifier stripped), as decodePoint takes them. */
export function dlt645RawOf(point: Dlt645Point, data: Uint8Array): readonly number[] {
  return [...data.subarray(point.offset, point.offset + dlt645Bytes(point.format))];
}

/** The plan after a meter refused the block `read`: its values one by one, where the profile knows their own identifiers. */
export function splitAfterDlt645Error(
  plan: readonly PlannedDlt645Read[],
  read: PlannedDlt645Read,
): PlannedDlt645Read[] {
  return plan.flatMap((candidate) =>
    candidate === read ? planDlt645Reads(read.points.map(alone)) : [candidate],
  );
}

function alone(point: Dlt645Point): Dlt645Point {
  const { singleDi, ...rest } = point;
  return singleDi === undefined ? point : { ...rest, di: singleDi, offset: 0 };
}
