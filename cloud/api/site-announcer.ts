import { type Clock, sleepMs } from "@sealwatch/platform";

/** A site is announced at most this often. */
const ANNOUNCE_EVERY_MS = 500;

/** Collects which sites changed and announces each once an interval, so that a back-fill does not flood the pages. */
export function siteAnnouncer(clock: Clock, announce: (site: string) => void, signal: AbortSignal) {
  const changed = new Set<string>();
  let waiting = false;
  const flushSoon = async (): Promise<void> => {
    waiting = true;
    await sleepMs(clock, ANNOUNCE_EVERY_MS, signal);
    waiting = false;
    for (const site of changed) announce(site);
    changed.clear();
  };
  return (site: string): void => {
    changed.add(site);
    if (!waiting && !signal.aborted) void flushSoon();
  };
}
