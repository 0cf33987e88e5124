import type { DeviceReading } from "./device-reader.ts";
import { valueText } from "./read-report.ts";

/** One device of the table, as last read. */
export interface WatchedDevice {
  readonly device: string;
  readonly link: string;
  readonly station: string;
  readonly reading: DeviceReading | null;
  /** Wall time of the reading. */
  readonly atMs: number | null;
  readonly roundTripMs: number | null;
}

const POINTS_PER_LINE = 4;
const CLEAR_SCREEN = "\x1b[H\x1b[2J";

/** All devices, as a screen to be repainted. */
export function watchScreen(devices: readonly WatchedDevice[], nowMs: number): string {
  const lines = devices.flatMap((device) => [headLine(device, nowMs), ...pointLines(device)]);
  return `${CLEAR_SCREEN}${lines.join("\n")}\nCtrl-C ends\n`;
}

/** One reading, as one line of a log. */
export function watchLine({ device, reading, atMs, roundTripMs }: WatchedDevice): string {
  const time = atMs === null ? "-" : new Date(atMs).toISOString();
  if (!reading?.answered) return `${time} ${device} no answer\n`;
  const values = reading.answers.map((answer) => `${answer.point.id}=${valueText(answer)}`);
  return `${time} ${device} ${roundTripMs} ms ${values.join(", ")}\n`;
}

function headLine(
  { device, link, station, reading, atMs, roundTripMs }: WatchedDevice,
  nowMs: number,
): string {
  const state = !reading ? "not asked yet" : reading.answered ? `answers in ${roundTripMs} ms` : "NO ANSWER";
  const age = atMs === null ? "" : `, ${Math.max(0, Math.round((nowMs - atMs) / 1000))} s ago`;
  return `${device} (${link} ${station}): ${state}${age}`;
}

function pointLines({ reading }: WatchedDevice): string[] {
  if (!reading?.answered) return [];
  const cells = reading.answers.map((answer) => `${answer.point.id} ${valueText(answer)}`);
  const width = Math.max(...cells.map((cell) => cell.length)) + 2;
  return Array.from({ length: Math.ceil(cells.length / POINTS_PER_LINE) }, (_, row) => {
    const line = cells.slice(row * POINTS_PER_LINE, (row + 1) * POINTS_PER_LINE);
    return `  ${line.map((cell) => cell.padEnd(width)).join("")}`.trimEnd();
  });
}
