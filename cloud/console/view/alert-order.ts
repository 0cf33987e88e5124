import type { AlertView, Level, SiteSummary } from "../../api/contract.ts";

const LEVELS: readonly Level[] = ["none", "blue", "yellow", "orange", "red"];

/** Open alerts, gravest first: a restart before a silence, then by level, then the newest. */
export function openAlerts(alerts: readonly AlertView[]): AlertView[] {
  return alerts
    .filter((alert) => alert.closedMs === null)
    .sort((a, b) => gravity(b) - gravity(a) || b.eventMs - a.eventMs);
}

/** Closed alerts, newest first. */
export function closedAlerts(alerts: readonly AlertView[]): AlertView[] {
  return alerts.filter((alert) => alert.closedMs !== null).sort((a, b) => b.eventMs - a.eventMs);
}

/** Puts one new or changed alert into a list, newest first. */
export function withAlert(alerts: readonly AlertView[], alert: AlertView): AlertView[] {
  return [alert, ...alerts.filter((one) => one.id !== alert.id)].sort((a, b) => b.raisedMs - a.raisedMs);
}

/** Sites by what needs a person most: level, then a verdict that is not calm, then the name. */
export function siteOrder(sites: readonly SiteSummary[]): SiteSummary[] {
  const weight = (site: SiteSummary) =>
    LEVELS.indexOf(site.level) * 10 +
    ["sealed", "learning", "signs", "unknown", "restarted"].indexOf(site.verdict);
  return [...sites].sort((a, b) => weight(b) - weight(a) || a.id.localeCompare(b.id));
}

function gravity(alert: AlertView): number {
  return (alert.class === "restart" ? LEVELS.length : 0) + LEVELS.indexOf(alert.level);
}
