import { useCallback, useState } from "preact/hooks";
import type uPlot from "uplot";
import type { Bilingual } from "../../api/contract.ts";
import { Bi } from "../parts/bi.tsx";
import type { LinePane as LinePaneModel } from "../view/chart-panes.ts";
import { lineReadout } from "../view/pane-readout.ts";
import { type AlertMark, drawAlerts, drawBand, drawUnknown, nameUnknown } from "./draw-overlays.ts";
import type { PaneFrame } from "./pane-frame.ts";
import { TimePane } from "./time-pane.tsx";

interface LinePaneProps {
  title: Bilingual;
  model: LinePaneModel;
  marks: readonly AlertMark[];
  isFlagged: boolean;
  height: number;
  frame: PaneFrame;
}

/** Lines with their spread, over the band that is normal, on a ground that is hatched where nothing is known. */
export function LinePane({ title, model, marks, isFlagged, height, frame }: LinePaneProps) {
  const [row, setRow] = useState<number | null>(null);
  const { palette } = frame;
  const under = useCallback(
    (plot: uPlot) => {
      for (const band of model.bands) drawBand(plot, band.steps, band.isLearning, palette);
      drawUnknown(plot, model.unknown, palette);
    },
    [model, palette],
  );
  const over = useCallback(
    (plot: uPlot) => {
      nameUnknown(plot, model.unknown, palette);
      drawAlerts(plot, marks, isFlagged, palette);
    },
    [model, marks, isFlagged, palette],
  );
  const topOf = useCallback(
    () => Math.max(0, ...model.bands.map((band) => Math.max(0, ...band.steps.map((step) => step.high)))),
    [model],
  );
  return (
    <section class="pane">
      <h3 class="pane-title">
        <Bi {...title} /> <span class="pane-unit">{model.unit}</span>
        <span class="pane-readout">
          <Bi {...lineReadout(model, row)} />
        </span>
      </h3>
      <TimePane
        columns={model.columns}
        lines={model.labels.length}
        height={height}
        label={`${title.zh} ${title.en}`}
        topOf={topOf}
        under={under}
        over={over}
        onCursor={(at, atMs) => {
          setRow(at);
          frame.onCursor(atMs);
        }}
        {...frame.pane}
      />
    </section>
  );
}
