import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import type { AlignedColumns } from "../view/aligned-columns.ts";
import type { Stretch } from "../view/stretch.ts";
import type { Palette } from "./palette.ts";
import { makePlot } from "./plot-options.ts";

interface TimePaneProps {
  columns: AlignedColumns;
  lines: number;
  window: Stretch;
  height: number;
  isLowest: boolean;
  utcOffsetMin: number;
  palette: Palette;
  label: string;
  topOf: (() => number) | null;
  under: (plot: uPlot) => void;
  over: (plot: uPlot) => void;
  onCursor: (row: number | null, atMs: number | null) => void;
  onSelect: (fromMs: number, toMs: number) => void;
  onDoubleClick: () => void;
}

/** One canvas over time. The plot is made again only when its shape changes; data and window flow into it. */
export function TimePane(props: TimePaneProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const now = useRef(props);
  now.current = props;
  const { lines, height, isLowest, utcOffsetMin, palette, topOf } = props;
  const hasValues = topOf !== null;

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = makePlot(
      {
        ...{ width: element.clientWidth, height, lines, isLowest, utcOffsetMin, palette },
        topOf: hasValues ? () => now.current.topOf?.() ?? 0 : null,
        under: (drawn) => now.current.under(drawn),
        over: (drawn) => now.current.over(drawn),
        onCursor: (row, atMs) => now.current.onCursor(row, atMs),
        onSelect: (fromMs, toMs) => now.current.onSelect(fromMs, toMs),
        onDoubleClick: () => now.current.onDoubleClick(),
      },
      dataOf(now.current.columns),
      element,
    );
    plot.current = made;
    show(made, now.current);
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) made.setSize({ width: element.clientWidth, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [lines, height, isLowest, utcOffsetMin, palette, hasValues]);

  useEffect(() => {
    if (plot.current !== null) show(plot.current, props);
  }, [props.columns, props.window.fromMs, props.window.toMs, props.under, props.over]);

  return <div class="pane-plot" ref={host} role="img" aria-label={props.label} />;
}

function show(plot: uPlot, { columns, window }: TimePaneProps): void {
  plot.setData(dataOf(columns), false);
  plot.setScale("x", { min: window.fromMs / 1000, max: window.toMs / 1000 });
}

function dataOf(columns: AlignedColumns): uPlot.AlignedData {
  return columns;
}
