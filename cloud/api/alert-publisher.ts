import { type Clock, sleepMs } from "@sealwatch/platform";
import { LATE_AFTER_MS } from "../cases/alert-book.ts";
import { higherLevel } from "../detect/episode-level.ts";
import type { AlertDigest, AlertView } from "./contract.ts";
import type { EventStream } from "./event-stream.ts";

/** A back-fill comes in many batches: its late alerts are told together, this long after the first. */
const DIGEST_AFTER_MS = 3_000;

/** Tells the pages about alerts: each by itself, but late ones of a back-fill together, one digest a site. */
export function alertPublisher(
  clock: Clock,
  stream: Pick<EventStream, "publish">,
  regionPathOf: (site: string) => string,
  signal: AbortSignal,
) {
  const waiting = new Map<string, Map<string, AlertView>>();
  const flushLater = async (): Promise<void> => {
    await sleepMs(clock, DIGEST_AFTER_MS, signal);
    for (const [site, alerts] of waiting) {
      stream.publish("digest", regionPathOf(site), digestOf(site, [...alerts.values()], clock.wallMs()));
    }
    waiting.clear();
  };
  return (alert: AlertView): void => {
    if (!isLateNews(alert)) {
      stream.publish("alert", regionPathOf(alert.site), alert);
      return;
    }
    if (waiting.size === 0 && !signal.aborted) void flushLater();
    const ofSite = waiting.get(alert.site) ?? new Map<string, AlertView>();
    waiting.set(alert.site, ofSite.set(alert.id, alert));
  };
}

/** True while even the newest that is known of a late alert is long over. What happens in it now is told at once. */
export function isLateNews({ late, eventMs, updatedMs, history, reasons }: AlertView): boolean {
  const told = [...history.map((change) => change.eventMs), ...reasons.map((reason) => reason.toMs)];
  const newestMs = Math.max(eventMs, ...told);
  return late && updatedMs - newestMs > LATE_AFTER_MS;
}

/** Late alerts of one site in one sentence's worth of facts. Pure. */
function digestOf(site: string, alerts: readonly AlertView[], recordedMs: number): AlertDigest {
  const times = alerts.map(({ eventMs }) => eventMs);
  return {
    site,
    alerts: alerts.length,
    open: alerts.filter(({ closedMs }) => closedMs === null).length,
    level: alerts.map(({ level }) => level).reduce(higherLevel, "none"),
    fromMs: Math.min(...times),
    toMs: Math.max(...times),
    recordedMs,
  };
}
