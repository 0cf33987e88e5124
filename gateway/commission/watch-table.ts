import type { WatchedDevice } from "../admin/admin-contract.ts";

const POINTS_PER_LINE = 4;
const CLEAR_SCREEN = "\x1b[H\x1b[2J";

/** All devices, as a screen to be repainted. */
export function watchScreen(devices: readonly WatchedDevice[], nowMs: number): string {
  const lines = devices.flatMap((device) => [headLine(device, nowMs), ...pointLines(device)]);
  return `${CLEAR_SCREEN}${lines.join("\n")}\nCtrl-C ends\n`;
}

/** One reading, as one line of a log. */
export function watchLine({ device, answered, values, atMs, roundTripMs }: WatchedDevice): string {
  const time = atMs === null ? "-" : new Date(atMs).toISOString();
  if (!answered) return `${time} ${device} no answer\n`;
  const texts = values.map(({ point, text }) => `${point}=${text}`);
  return `${time} ${device} ${roundTripMs} ms ${texts.join(", ")}\n`;
}

function headLine(
  { device, link, station, answered, atMs, roundTripMs }: WatchedDevice,
  nowMs: number,
): string {
  const state = atMs === null ? "not asked yet" : answered ? `answers in ${roundTripMs} ms` : "NO ANSWER";
  const age = atMs === null ? "" : `, ${Math.max(0, Math.round((nowMs - atMs) / 1000))} s ago`;
  return `${device} (${link} ${station}): ${state}${age}`;
}

function pointLines({ answered, values }: WatchedDevice): string[] {
  if (!answered) return [];
  const cells = values.map(({ point, text }) => `${point} ${text}`);
  const width = Math.max(...cells.map((cell) => cell.length)) + 2;
  return Array.from({ length: Math.ceil(cells.length / POINTS_PER_LINE) }, (_, row) => {
    const line = cells.slice(row * POINTS_PER_LINE, (row + 1) * POINTS_PER_LINE);
    return `  ${line.map((cell) => cell.padEnd(width)).join("")}`.trimEnd();
  });
}
