import type { GatewayStatus } from "../admin/admin-contract.ts";
import { durationText } from "./scan-report.ts";

const BYTES_PER_MB = 1024 * 1024;
const MS_PER_DAY = 86_400_000;

const UPLINK = {
  offline: "not connected",
  greeting: "connected, the cloud has not answered yet",
  streaming: "connected",
} as const;

/** A running gateway for people. */
export function statusReport(status: GatewayStatus): string {
  const { config, polls, missed, readings, acknowledgedSeq, backlog } = status;
  const trial = config.onTrial ? ", ON TRIAL" : "";
  const lines = [
    `${status.gateway}: ${status.software}, process ${status.pid}, running ${runningText(status.runningMs)}`,
    `configuration  ${config.hash} since ${new Date(config.appliedAtMs).toISOString()}${trial}, ${config.file}`,
    `polls          ${polls}, ${missed} missed; ${readings} readings`,
    `journal        ${journalText(status)}`,
    `uplink         ${UPLINK[status.uplink]}; acknowledged segment ${acknowledgedSeq}, ${backlog} waiting`,
    ...Object.entries(status.links).flatMap(([id, link]) => [
      `link ${id}: ${link.up ? "up" : "DOWN"}, ${Math.round(link.utilisation * 100)} % busy, ${link.waiting} waiting, drained ${link.drained} times`,
      ...Object.entries(link.devices).map(deviceLine),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function deviceLine([id, device]: [string, GatewayStatus["links"][string]["devices"][string]]): string {
  const [mean, longest] = device.roundTripMs ?? [];
  const times = mean === undefined ? "never answered" : `${mean} ms, at most ${longest} ms`;
  const lost = device.unanswered > 0 ? `; the last ${device.unanswered} unanswered` : "";
  return `  ${id}: ${device.answered} of ${device.asked} answered, ${device.badFrames} bad frames, ${times}${lost}`;
}

function journalText({ epoch, segments, journal }: GatewayStatus): string {
  const days = daysLeft(journal.budgetBytes, journal.bytesPerDay);
  const lasts = days === null ? "" : `, which is ${days} days`;
  const size = `${megabytes(journal.usedBytes)} of ${megabytes(journal.budgetBytes)} MB${lasts}`;
  const trouble = `${journal.diskFull ? "; THE DISK IS FULL" : ""}${journal.full ? "; FULL: no telemetry is taken" : ""}`;
  return `${size}${trouble}; ${segments} segments sealed in epoch ${epoch}`;
}

/** Whole days that `bytes` last at a rate; null where the rate is not known. */
function daysLeft(bytes: number, bytesPerDay: number | null): number | null {
  return bytesPerDay ? Math.floor(bytes / bytesPerDay) : null;
}

function megabytes(bytes: number): string {
  return (bytes / BYTES_PER_MB).toFixed(1);
}

function runningText(ms: number): string {
  const days = Math.floor(ms / MS_PER_DAY);
  return `${days > 0 ? `${days} d ` : ""}${durationText(ms % MS_PER_DAY)}`;
}
