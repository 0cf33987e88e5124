import type { JournalRecord } from "@sealwatch/protocols";
import { readingsIn, sortRecords } from "@sealwatch/protocols/sealing";
import { mergeRuns } from "./merge-runs.ts";

/** One segment stays far below the wire's limit even if every reading took nine bytes. */
const SEGMENT_READINGS_MAX = 25_000;
/** More changes of kind than this in one sealing, and the rest shares segments: they count as event-bearing. */
const KIND_CHANGES_MAX = 64;

/** Records of one segment. Telemetry's body may be given up for space; what bears an event never. */
export interface SegmentCut {
  readonly telemetry: boolean;
  readonly records: readonly JournalRecord[];
}

/**
 * Cuts records into segments that the wire accepts, so that events never share a fate with telemetry. Their order, cut after cut, is
 * the one in which a single segment of them all would be folded.
 */
export function cutSegments(records: readonly JournalRecord[]): SegmentCut[] {
  const sorted = sortRecords(mergeRuns(records));
  const cuts: { telemetry: boolean; records: JournalRecord[] }[] = [];
  let readings = 0;
  let changes = 0;
  sorted.forEach((record, index) => {
    // A run counts its polls but is one record on the wire.
    const weight = record.type === "sample" ? readingsIn(record) : 1;
    const cut = cuts.at(-1);
    const telemetry = changes < KIND_CHANGES_MAX && isTelemetry(sorted, index);
    const fits = cut !== undefined && readings + weight <= SEGMENT_READINGS_MAX;
    if (cut && fits && cut.telemetry === telemetry) {
      cut.records.push(record);
      readings += weight;
      return;
    }
    if (cut && cut.telemetry !== telemetry) changes++;
    cuts.push({ telemetry, records: [record] });
    readings = weight;
  });
  return cuts;
}

/** A clock record goes with what follows it: it dates that, and an event must not lose its date. */
function isTelemetry(sorted: readonly JournalRecord[], index: number): boolean {
  let at = index;
  while (sorted[at]?.type === "clock") at++;
  const type = sorted[at]?.type;
  return type === undefined || type === "sample" || type === "run";
}
