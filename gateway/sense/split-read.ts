import { type PlannedRead, planReads } from "@sealwatch/protocols";

/**
 * The reads to go on with after the device refused one for its addresses (exception 2): first the same points without the holes
 * between them, then halves. Null when there is one point left: the device has no such register. Pure.
 */
export function splitRead(read: PlannedRead): readonly PlannedRead[] | null {
  const { points } = read;
  if (points.length < 2) return null;
  const bounds = { registersPerRead: 125, bitsPerRead: 2_000, holesPerRead: 0 };
  const withoutHoles = planReads(points, bounds);
  if (withoutHoles.length > 1) return withoutHoles;
  const middle = Math.ceil(points.length / 2);
  return [points.slice(0, middle), points.slice(middle)].flatMap((half) => planReads(half, bounds));
}
