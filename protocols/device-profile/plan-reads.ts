import type { ReadRequest } from "../modbus/request.ts";
import { type DevicePoint, isModbusPoint, type ModbusPoint, widthOf } from "./device-point.ts";
import type { ReadLimits } from "./device-profile.ts";

/** One request, and the points that its answer holds. */
export interface PlannedRead {
  readonly request: ReadRequest;
  readonly points: readonly ModbusPoint[];
}

/**
 * The fewest requests that read the Modbus points among these: one function each, in order of address, spanning holes up to the
 * profile's bound, never a forbidden address, and never cutting a value in two. Without limits each point is read alone.
 */
export function planReads(points: readonly DevicePoint[], limits?: ReadLimits): PlannedRead[] {
  const sorted = points
    .filter(isModbusPoint)
    .toSorted((left, right) => left.function - right.function || left.address - right.address);
  const runs: Run[] = [];
  for (const point of sorted) {
    const run = runs.at(-1);
    if (run && limits && joins(run, point, limits)) {
      run.holes += holeBefore(run, point);
      run.points.push(point);
      run.end = Math.max(run.end, point.address + widthOf(point));
    } else runs.push({ points: [point], end: point.address + widthOf(point), holes: 0 });
  }
  return runs.map(({ points: members, end }) => toRead(members, end));
}

/** The registers or bits of `point` within the answer to `read`; none for a point that has no register. */
export function rawOf(read: PlannedRead, point: DevicePoint, answer: readonly number[]): readonly number[] {
  if (!isModbusPoint(point)) return [];
  const start = point.address - read.request.address;
  return answer.slice(start, start + widthOf(point));
}

/**
 * The plan after a device answered `read` with exception 2, illegal data address: first without holes, then in halves. A read of one
 * point stays as it is, for that point alone is what the device lacks. The caller keeps the plan that comes back.
 */
export function splitAfterIllegalAddress(plan: readonly PlannedRead[], read: PlannedRead): PlannedRead[] {
  return plan.flatMap((candidate) => (candidate === read ? split(read) : [candidate]));
}

interface Run {
  readonly points: ModbusPoint[];
  end: number;
  holes: number;
}

function joins(run: Run, point: ModbusPoint, limits: ReadLimits): boolean {
  const first = run.points[0];
  if (first?.function !== point.function) return false;
  const end = Math.max(run.end, point.address + widthOf(point));
  const limit = point.type === "bit" ? limits.bitsPerRead : limits.registersPerRead;
  const barred = limits.forbidden?.some(
    (area) => area.function === point.function && area.from < point.address && area.to >= run.end,
  );
  return (
    !barred &&
    end - first.address <= limit &&
    run.holes + holeBefore(run, point) <= (limits.holesPerRead ?? 0)
  );
}

function holeBefore(run: Run, point: ModbusPoint): number {
  return Math.max(0, point.address - run.end);
}

function split(read: PlannedRead): PlannedRead[] {
  const whole = {
    registersPerRead: read.request.quantity,
    bitsPerRead: read.request.quantity,
    holesPerRead: 0,
  };
  const withoutHoles = planReads(read.points, whole);
  if (withoutHoles.length > 1 || read.points.length === 1) return withoutHoles;
  const middle = Math.ceil(read.points.length / 2);
  return [read.points.slice(0, middle), read.points.slice(middle)].flatMap((half) => planReads(half, whole));
}

function toRead(points: readonly ModbusPoint[], end: number): PlannedRead {
  const address = points[0]?.address ?? 0;
  const functionCode = points[0]?.function ?? 3;
  return { request: { functionCode, address, quantity: end - address }, points };
}
