import type { RecordedEntry } from "../context/context-log.ts";
import type { BaselineView } from "../detect/baseline-view.ts";
import type { GatewayJournal } from "../pipeline/gateway-journal.ts";
import type { SiteDetail } from "./contract.ts";

type PersonsWord = Pick<SiteDetail, "baselineAccepted" | "baselineRelearn">;

/** Whose word on the baseline is the last: an acceptance, or that it be learned anew, which ends every acceptance before it. */
export function lastWord(context: readonly RecordedEntry[]): PersonsWord {
  const last = context.findLast(
    ({ entry }) =>
      (entry.kind === "baseline-accepted" && !entry.instrumentsOnly) || entry.kind === "baseline-reset",
  )?.entry;
  const isRelearn = last?.kind === "baseline-reset";
  return {
    baselineAccepted: last?.kind === "baseline-accepted" ? { atMs: last.effectiveMs, by: last.by } : null,
    baselineRelearn: isRelearn ? { atMs: last.effectiveMs, by: last.by, reason: last.reason ?? null } : null,
  };
}

/** A channel that is ready waits for a person, unless one accepted it and only the next record is missing. */
export function baselineStatus(
  { status }: Pick<BaselineView, "status">,
  { baselineAccepted }: PersonsWord,
  recordedToMs: number | null,
): SiteDetail["baselines"][number]["status"] {
  if (status !== "ready" || baselineAccepted === null) return status;
  return recordedToMs === null || recordedToMs < baselineAccepted.atMs ? "pending" : "ready";
}

/** Devices that a gateway's channel list has no more, until a person accepted what is left, also where only the next record is missing. */
export function removedDevices(
  { gateway, folds: { detection, view } }: Pick<GatewayJournal, "gateway" | "folds">,
  context: readonly RecordedEntry[],
): SiteDetail["removedDevices"] {
  const accepted = context.findLast(({ entry }) => entry.kind === "baseline-accepted")?.entry;
  if (accepted && (view.recordedToMs ?? 0) < accepted.effectiveMs) return [];
  return detection.removed.flatMap(({ device, state: { open } }) =>
    open ? [{ gateway, device, sinceMs: open.openedAtMs }] : [],
  );
}
