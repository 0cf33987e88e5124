import { useCallback, useMemo, useState } from "preact/hooks";
import type uPlot from "uplot";
import { Bi } from "../parts/bi.tsx";
import type { AlignedColumns } from "../view/aligned-columns.ts";
import type { Lane } from "../view/chart-panes.ts";
import { laneReadout } from "../view/pane-readout.ts";
import { drawLanes, LANE_PX } from "./draw-lanes.ts";
import { type AlertMark, drawAlerts } from "./draw-overlays.ts";
import type { PaneFrame } from "./pane-frame.ts";
import { TimePane } from "./time-pane.tsx";

const MARGINS_PX = 34;

/** Seals, doors and the mains, a strip each. */
export function ContactPane(props: {
  lanes: readonly Lane[];
  marks: readonly AlertMark[];
  frame: PaneFrame;
}) {
  const { lanes, marks, frame } = props;
  const { palette } = frame;
  const { fromMs, toMs } = frame.pane.window;
  const [atMs, setAtMs] = useState<number | null>(null);
  const columns = useMemo<AlignedColumns>(() => [[fromMs / 1000, toMs / 1000]], [fromMs, toMs]);
  const over = useCallback(
    (plot: uPlot) => {
      drawLanes(plot, lanes, palette);
      drawAlerts(plot, marks, false, palette);
    },
    [lanes, marks, palette],
  );
  return (
    <section class="pane">
      <h3 class="pane-title">
        <Bi zh="触点" en="contacts" />
        <span class="pane-readout">{atMs !== null && <Bi {...laneReadout(lanes, atMs)} />}</span>
      </h3>
      <TimePane
        columns={columns}
        lines={0}
        height={lanes.length * LANE_PX + MARGINS_PX}
        label={`触点 contacts：${laneReadout(lanes, toMs - 1).zh}`}
        topOf={null}
        under={nothing}
        over={over}
        onCursor={(_row, cursorMs) => {
          setAtMs(cursorMs);
          frame.onCursor(cursorMs);
        }}
        {...frame.pane}
      />
    </section>
  );
}

function nothing(): void {}
