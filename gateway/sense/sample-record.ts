import { type DecodedPoint, QUALITY, type SampleRecord } from "@sealwatch/protocols";
import type { PlannedPoint } from "./poll-plan.ts";

/** The record of one poll of these points; what did not answer is there as such, never left out and never repeated. Pure. */
export function sampleOf(
  planned: readonly PlannedPoint[],
  atMs: number,
  points: ReadonlyMap<string, DecodedPoint>,
): SampleRecord {
  const decoded = planned.map(({ point }) => points.get(point.id) ?? SILENT);
  return {
    type: "sample",
    atMs,
    channels: planned.map(({ channel }) => channel),
    scaled: decoded.map(({ scaled }) => scaled),
    qualities: decoded.map(({ quality }) => quality),
  };
}

const SILENT: DecodedPoint = { scaled: null, quality: QUALITY.noAnswer };
