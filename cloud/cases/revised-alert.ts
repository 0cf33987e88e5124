import type { AlertView } from "../api/contract.ts";
import type { Episode } from "../detect/site-verdict.ts";

type Change = AlertView["history"][number];

/** Entries that were taken back and are kept beside those that hold. */
const WITHDRAWN_KEPT_MAX = 200;
const WHY = { zh: "重新判定后不再成立", en: "does not hold on what is known now" } as const;

/**
 * What the book says of an alert's levels after it was judged again. Nothing that was told disappears: a change that is no longer
 * found stays, with the time at which it was taken back. Pure, and the same however often it is asked.
 */
export function revisedHistory(
  before: readonly Change[],
  judged: Episode["history"],
  nowMs: number,
): Change[] {
  const held = before.filter(({ withdrawnMs }) => withdrawnMs === null);
  const kept = judged.map(({ level, atMs }): Change => {
    const known = held.find((entry) => entry.level === level && entry.eventMs === atMs);
    return known ?? { level, eventMs: atMs, recordedMs: nowMs, withdrawnMs: null };
  });
  const gone = before
    .filter((entry) => !kept.includes(entry))
    .map((entry) => ({ ...entry, withdrawnMs: entry.withdrawnMs ?? nowMs }));
  return [...kept, ...gone.slice(-WITHDRAWN_KEPT_MAX)].sort(
    (a, b) => a.eventMs - b.eventMs || a.recordedMs - b.recordedMs,
  );
}

/** An alert whose episode is found no more; `heir` is the one that tells what is left of it. */
export function withdrawnAlert(alert: AlertView, heir: string | null, nowMs: number): AlertView {
  const { zh, en } = alert.sentence;
  return {
    ...alert,
    currentLevel: "none",
    updatedMs: nowMs,
    closedMs: alert.closedMs ?? nowMs,
    withdrawnMs: nowMs,
    supersededBy: heir,
    sentence: { zh: `已撤回（${WHY.zh}）：${zh}`, en: `withdrawn (${WHY.en}): ${en}` },
    history: revisedHistory(alert.history, [], nowMs),
  };
}

/** True when an episode tells of the time that the alert told of. */
export function isSameMatter(alert: AlertView, episode: Episode): boolean {
  return (
    alert.class === episode.class &&
    alert.eventMs <= (episode.closedAtMs ?? Infinity) &&
    episode.openedAtMs <= (alert.closedMs ?? Infinity)
  );
}
