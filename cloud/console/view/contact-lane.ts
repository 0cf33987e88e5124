import type { ContactTrack } from "../../api/contract.ts";
import { mergeStretches, type Stretch } from "./stretch.ts";

/** How a contact stood over one stretch of time. */
export interface LaneStretch extends Stretch {
  readonly state: "normal" | "abnormal" | "unknown";
  /** The position it was read in; null while unknown. */
  readonly position: number | null;
}

/** One contact's window as stretches that tile it. What no reading vouches for is unknown, and so is every gap. */
export function contactLane(
  track: Pick<ContactTrack, "normal" | "steps">,
  gaps: readonly Stretch[],
  window: Stretch,
): LaneStretch[] {
  const unknown = mergeStretches(gaps, window);
  const edges = new Set([window.fromMs, window.toMs]);
  for (const { atMs } of track.steps) if (atMs > window.fromMs && atMs < window.toMs) edges.add(atMs);
  for (const gap of unknown) edges.add(gap.fromMs).add(gap.toMs);
  const times = [...edges].sort((a, b) => a - b);

  const lane: LaneStretch[] = [];
  let step = -1;
  let gap = 0;
  for (let i = 0; i + 1 < times.length; i++) {
    const fromMs = times[i] ?? 0;
    const toMs = times[i + 1] ?? 0;
    while ((track.steps[step + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= fromMs) step++;
    while ((unknown[gap]?.toMs ?? Number.POSITIVE_INFINITY) <= fromMs) gap++;
    const inGap = (unknown[gap]?.fromMs ?? Number.POSITIVE_INFINITY) <= fromMs;
    const position = inGap ? null : (track.steps[step]?.value ?? null);
    push(lane, { fromMs, toMs, state: stateOf(position, track.normal), position });
  }
  return lane;
}

function stateOf(position: number | null, normal: number): LaneStretch["state"] {
  if (position === null) return "unknown";
  return position === normal ? "normal" : "abnormal";
}

function push(lane: LaneStretch[], next: LaneStretch): void {
  const last = lane.at(-1);
  if (last !== undefined && last.position === next.position)
    lane[lane.length - 1] = { ...last, toMs: next.toMs };
  else lane.push(next);
}
