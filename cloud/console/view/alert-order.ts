import type { AlertView, Level, SiteSummary } from "../../api/contract.ts";

const LEVELS: readonly Level[] = ["none", "blue", "yellow", "orange", "red"];

/** Open alerts, gravest first: a restart before a silence, a silence before what is only to be known, then by level, then the newest. */
export function openAlerts(alerts: readonly AlertView[]): AlertView[] {
  return alerts
    .filter((alert) => alert.closedMs === null)
    .sort((a, b) => gravity(b) - gravity(a) || b.eventMs - a.eventMs);
}

/** Closed alerts, newest first. */
export function closedAlerts(alerts: readonly AlertView[]): AlertView[] {
  return alerts.filter((alert) => alert.closedMs !== null).sort((a, b) => b.eventMs - a.eventMs);
}

/** Puts one new or changed alert into a list, newest first; one that another alert tells better leaves it. */
export function withAlert(alerts: readonly AlertView[], alert: AlertView): AlertView[] {
  const others = alerts.filter((one) => one.id !== alert.id);
  if (alert.supersededBy !== null) return others;
  return [alert, ...others].sort((a, b) => b.raisedMs - a.raisedMs);
}

/** What a back-fill brought to light within the last day, told in one line. */
export interface LateDigest {
  readonly alerts: number;
  readonly open: number;
  readonly level: Level;
  readonly fromMs: number;
  readonly toMs: number;
}

const DIGEST_SHOWN_MS = 24 * 3_600_000;

/** The digest of the late alerts that became known within a day before `nowMs`; null when there are none. */
export function lateDigest(alerts: readonly AlertView[], nowMs: number): LateDigest | null {
  const late = alerts.filter((alert) => alert.late && nowMs - alert.raisedMs < DIGEST_SHOWN_MS);
  if (late.length === 0) return null;
  const times = late.map((alert) => alert.eventMs);
  const level = Math.max(...late.map((alert) => LEVELS.indexOf(alert.level)));
  return {
    alerts: late.length,
    open: late.filter((alert) => alert.closedMs === null).length,
    level: LEVELS[level] ?? "none",
    fromMs: Math.min(...times),
    toMs: Math.max(...times),
  };
}

/** Sites by what needs a person most: level, then a verdict that is not calm, then the name. */
export function siteOrder(sites: readonly SiteSummary[]): SiteSummary[] {
  const weight = (site: SiteSummary) =>
    LEVELS.indexOf(site.level) * 10 +
    ["sealed", "learning", "signs", "unknown", "restarted"].indexOf(site.verdict);
  return [...sites].sort((a, b) => weight(b) - weight(a) || a.id.localeCompare(b.id));
}

const CLASSES = ["info", "silence", "restart"] as const;

function gravity(alert: AlertView): number {
  return CLASSES.indexOf(alert.class) * LEVELS.length + LEVELS.indexOf(alert.level);
}
