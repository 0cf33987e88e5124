import { type DevicePoint, isModbusPoint, type ModbusPoint, registersOf } from "@sealwatch/protocols";
import { characterMs, frameSilenceMs, type LineSettings } from "./line-timing.ts";

/** What one more read costs beside its values: a question of 8 characters, and 5 around the answer. */
const FRAME_CHARS = 13;
const REGISTER_CHARS = 2;
/** How long a typical meter thinks before it answers: 5 to 50 ms. */
const ANSWER_DELAY_MS = 10;

/** A line where every character takes its time. */
export type PacedLine = LineSettings & { readonly turnaroundMs: number };

/**
 * Cuts points apart where reading across the hole between them would keep the line busy for longer than another read. Without
 * `line` (sockets) nothing is cut: there every read costs more than any hole. Pure.
 */
export function worthwhileHoles(
  points: readonly DevicePoint[],
  line: PacedLine | null,
): readonly (readonly DevicePoint[])[] {
  if (!line) return [points];
  const holeMax = holeRegistersMax(line);
  const sorted = points
    .filter(isModbusPoint)
    .toSorted((left, right) => left.function - right.function || left.address - right.address);
  const clusters: ModbusPoint[][] = [];
  let end = 0;
  for (const point of sorted) {
    const cluster = clusters.at(-1);
    const together = cluster?.[0]?.function === point.function;
    if (together && (point.type === "bit" || point.address - end <= holeMax)) cluster.push(point);
    else clusters.push([point]);
    const width = point.type === "bit" ? 1 : registersOf(point.type);
    end = together ? Math.max(end, point.address + width) : point.address + width;
  }
  return clusters;
}

/** A hole of this many registers takes as long as asking anew. */
function holeRegistersMax(line: PacedLine): number {
  const charMs = characterMs(line);
  const frameMs = FRAME_CHARS * charMs + 2 * frameSilenceMs(line) + line.turnaroundMs + ANSWER_DELAY_MS;
  return Math.floor(frameMs / (REGISTER_CHARS * charMs));
}
