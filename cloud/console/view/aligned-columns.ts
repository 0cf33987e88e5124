import type { SeriesLine } from "./series-line.ts";

/** A cell of a chart column: null breaks the line, undefined only says that this x belongs to another line. */
type Cell = number | null | undefined;

/** One x column in seconds, then mean, max, min of each line. */
export type AlignedColumns = [number[], ...Cell[][]];

/** Puts lines of different times onto one x column, breaking each line inside its own holes only. */
export function alignedColumns(lines: readonly SeriesLine[]): AlignedColumns {
  const times = new Set<number>();
  for (const line of lines) {
    for (const atMs of line.timesMs) times.add(atMs);
    for (const hole of innerHoles(line)) times.add(breakAt(hole));
  }
  const x = [...times].sort((a, b) => a - b);
  const row = new Map(x.map((atMs, i) => [atMs, i]));
  const columns: Cell[][] = [];
  for (const line of lines) {
    for (const values of [line.mean, line.max, line.min]) {
      const column: Cell[] = new Array(x.length).fill(undefined);
      for (const hole of innerHoles(line)) column[row.get(breakAt(hole)) ?? 0] = null;
      line.timesMs.forEach((atMs, i) => {
        column[row.get(atMs) ?? 0] = values[i];
      });
      columns.push(column);
    }
  }
  return [x.map((atMs) => atMs / 1000), ...columns];
}

function innerHoles(line: SeriesLine): SeriesLine["holes"] {
  const first = line.timesMs[0] ?? Number.POSITIVE_INFINITY;
  return line.holes.filter((hole) => hole.fromMs > first);
}

/** A break is put half-way, where no point of its own line can be. */
function breakAt(hole: { fromMs: number; toMs: number }): number {
  return (hole.fromMs + hole.toMs) / 2 - 0.25;
}
