import type { AlertPathStatus } from "../alert-path.ts";
import type { WatchdogConfig } from "./watchdog-config.ts";

/** What a watchdog remembers. `sinceMs`: since when something has been wrong; `told`: people know. */
export interface Episode {
  readonly sinceMs: number | null;
  readonly told: boolean;
}

export const NO_EPISODE: Episode = { sinceMs: null, told: false };

/** One reason in both languages. */
export interface Fault {
  readonly zh: string;
  readonly en: string;
  /** It is already as old as it may be: no more waiting. */
  readonly ripe: boolean;
}

type Bounds = Pick<WatchdogConfig, "silentAfterMs" | "overdueAfterMs" | "selfTestWithinMs">;

/** What is wrong with an answer of /alert-path; null stands for no answer. Pure. */
export function faultOf(status: AlertPathStatus | null, bounds: Bounds): Fault | null {
  if (!status) return { zh: "系统无应答", en: "the cloud does not answer", ripe: false };
  const { beatAgeMs, oldestOverdueMs, selfTest } = status;
  if (beatAgeMs === null) return { zh: "告警通道尚未启动", en: "the alert path has not begun", ripe: false };
  if (beatAgeMs > bounds.silentAfterMs)
    return { zh: "数据处理停滞", en: "the pipeline stands still", ripe: true };
  if (oldestOverdueMs !== null && oldestOverdueMs > bounds.overdueAfterMs)
    return { zh: "有通知迟迟发不出去", en: "notifications cannot leave", ripe: true };
  if (bounds.selfTestWithinMs === null) return null;
  const missing = selfTest === null || selfTest.enqueuedAgeMs > bounds.selfTestWithinMs;
  if (missing) return { zh: "每日自检未发出", en: "no daily self-test was sent", ripe: selfTest !== null };
  if (!selfTest.delivered && selfTest.enqueuedAgeMs > bounds.silentAfterMs)
    return { zh: "每日自检无人收到", en: "the daily self-test reached nobody", ripe: true };
  return null;
}

/** What follows from a look: the episode as it stands, and what people are to be told now. Telling comes back by `told`. Pure. */
export function follow(
  episode: Episode,
  fault: Fault | null,
  nowMs: number,
  { silentAfterMs }: Pick<Bounds, "silentAfterMs">,
): { readonly episode: Episode; readonly tell: "silent" | "recovered" | null } {
  if (!fault) return { episode, tell: episode.told ? "recovered" : null };
  const sinceMs = episode.sinceMs ?? nowMs;
  const isRipe = fault.ripe || nowMs - sinceMs >= silentAfterMs;
  return { episode: { ...episode, sinceMs }, tell: isRipe && !episode.told ? "silent" : null };
}

/** After people were told. Pure. */
export function afterTelling(episode: Episode, what: "silent" | "recovered"): Episode {
  return what === "recovered" ? NO_EPISODE : { ...episode, told: true };
}
