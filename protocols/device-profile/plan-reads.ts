import type { ReadRequest } from "../modbus/request.ts";
import { type DevicePoint, type DeviceProfile, registersOf } from "./device-profile.ts";

/** One request, and the points that its answer holds. */
export interface PlannedRead {
  readonly request: ReadRequest;
  readonly points: readonly DevicePoint[];
}

/**
 * The fewest requests that read these points: one function each, in order of address, spanning holes up to the profile's bound
 * and never cutting a value in two.
 */
export function planReads(points: readonly DevicePoint[], limits: DeviceProfile["limits"]): PlannedRead[] {
  const sorted = points.toSorted(
    (left, right) => left.function - right.function || left.address - right.address,
  );
  const runs: { points: DevicePoint[]; end: number; holes: number }[] = [];
  for (const point of sorted) {
    const run = runs.at(-1);
    const first = run?.points[0];
    const end = point.address + widthOf(point);
    const hole = Math.max(0, point.address - (run?.end ?? 0));
    const limit = point.type === "bit" ? limits.bitsPerRead : limits.registersPerRead;
    const joins =
      first?.function === point.function &&
      end - first.address <= limit &&
      (run?.holes ?? 0) + hole <= limits.holesPerRead;
    if (run && joins) {
      run.points.push(point);
      run.end = Math.max(run.end, end);
      run.holes += hole;
    } else runs.push({ points: [point], end, holes: 0 });
  }
  return runs.map(({ points: members, end }) => toRead(members, end));
}

/** The registers or bits of `point` within the answer to `read`. */
export function rawOf(read: PlannedRead, point: DevicePoint, answer: readonly number[]): readonly number[] {
  const start = point.address - read.request.address;
  return answer.slice(start, start + widthOf(point));
}

function toRead(points: readonly DevicePoint[], end: number): PlannedRead {
  const address = points[0]?.address ?? 0;
  const functionCode = points[0]?.function ?? 3;
  return { request: { functionCode, address, quantity: end - address }, points };
}

function widthOf(point: DevicePoint): number {
  return point.type === "bit" ? 1 : registersOf(point.type);
}
