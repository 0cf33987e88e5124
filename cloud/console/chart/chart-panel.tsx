import { useMemo, useState } from "preact/hooks";
import type { AlertView, ChartView, SiteDetail } from "../../api/contract.ts";
import { Bi } from "../parts/bi.tsx";
import { useChart } from "../store/use-chart.ts";
import { contactLanes, powerPane, vocPane } from "../view/chart-panes.ts";
import { type RangeId, zoomWindow } from "../view/chart-range.ts";
import type { Stretch } from "../view/stretch.ts";
import { fullMomentText } from "../view/time-text.ts";
import { ChartLegend } from "./chart-legend.tsx";
import { ContactPane } from "./contact-pane.tsx";
import { LinePane } from "./line-pane.tsx";
import { usePalette } from "./palette.ts";
import type { PaneFrame } from "./pane-frame.ts";
import { RangeButtons } from "./range-buttons.tsx";

interface ChartPanelProps {
  detail: SiteDetail;
  alerts: readonly AlertView[];
  endMs: number;
  revision: number;
}

/** Power, gas and contacts of a site over the same stretch of time. */
export function ChartPanel({ detail, alerts, endMs, revision }: ChartPanelProps) {
  const [range, setRange] = useState<RangeId>(() => firstRange(detail));
  const [zoom, setZoom] = useState<Stretch | null>(null);
  const [cursorMs, setCursorMs] = useState<number | null>(null);
  const { read, failure } = useChart({ site: detail.id, range, zoom, endMs, revision });
  const isLearning = detail.baselines.some((baseline) => baseline.status === "learning");
  return (
    <section class="card chart-card">
      <header class="chart-head">
        <h2 class="card-title">
          <Bi zh="监测曲线" en="Record" />
        </h2>
        <RangeButtons
          range={range}
          isZoomed={zoom !== null}
          onRange={(next) => {
            setRange(next);
            setZoom(null);
          }}
        />
        <span class="chart-when">
          {read !== null && whenText(cursorMs, read.window, endMs, detail.utcOffsetMin)}
        </span>
      </header>
      {failure !== null && (
        <p class="chart-failure" role="alert">
          曲线读取失败 The chart could not be read：{failure.message}
        </p>
      )}
      {read === null ? (
        <div class="skeleton-block skeleton-chart" role="status">
          <span class="hidden-text">正在读取 Loading</span>
        </div>
      ) : (
        <Panes
          detail={detail}
          alerts={alerts}
          chart={read.chart}
          window={read.window}
          onCursor={setCursorMs}
          onSelect={(fromMs, toMs) => setZoom(zoomWindow(fromMs, toMs))}
          onDoubleClick={() => setZoom(null)}
        />
      )}
      <ChartLegend isLearning={isLearning} />
    </section>
  );
}

interface PanesProps {
  detail: SiteDetail;
  alerts: readonly AlertView[];
  chart: ChartView;
  window: Stretch;
  onCursor: (atMs: number | null) => void;
  onSelect: (fromMs: number, toMs: number) => void;
  onDoubleClick: () => void;
}

const POWER_PX = 210;
const VOC_PX = 110;
const X_AXIS_PX = 26;

function Panes({ detail, alerts, chart, window, onCursor, onSelect, onDoubleClick }: PanesProps) {
  const palette = usePalette();
  const { fromMs, toMs } = window;
  const models = useMemo(() => {
    const shown = { fromMs, toMs };
    return {
      power: powerPane(detail, chart, shown),
      voc: vocPane(detail, chart, shown),
      lanes: contactLanes(detail, chart, shown),
    };
  }, [detail, chart, fromMs, toMs]);
  const marks = useMemo(() => alerts.map(({ eventMs, level }) => ({ atMs: eventMs, level })), [alerts]);
  const hasVoc = models.voc.labels.length > 0;
  const hasLanes = models.lanes.length > 0;
  const frame = (isLowest: boolean): PaneFrame => ({
    palette,
    onCursor,
    pane: { window, isLowest, utcOffsetMin: detail.utcOffsetMin, palette, onSelect, onDoubleClick },
  });
  return (
    <div class="panes">
      <LinePane
        title={{ zh: "有功功率", en: "active power" }}
        model={models.power}
        marks={marks}
        isFlagged={true}
        height={POWER_PX + (hasVoc || hasLanes ? 0 : X_AXIS_PX)}
        frame={frame(!hasVoc && !hasLanes)}
      />
      {hasVoc && (
        <LinePane
          title={{ zh: "挥发性有机物", en: "VOC" }}
          model={models.voc}
          marks={marks}
          isFlagged={false}
          height={VOC_PX + (hasLanes ? 0 : X_AXIS_PX)}
          frame={frame(!hasLanes)}
        />
      )}
      {hasLanes && <ContactPane lanes={models.lanes} marks={marks} frame={frame(true)} />}
    </div>
  );
}

/** A baseline that waits for a person is judged by all the days it was learned from. */
function firstRange(detail: SiteDetail): RangeId {
  return detail.baselines.some((baseline) => baseline.status === "ready") ? "14d" : "24h";
}

/** The moment under the cursor, else the window. */
function whenText(cursorMs: number | null, window: Stretch, endMs: number, utcOffsetMin: number): string {
  if (cursorMs !== null) return fullMomentText(cursorMs, utcOffsetMin);
  const from = fullMomentText(window.fromMs, utcOffsetMin).slice(0, 16);
  return `${from} – ${fullMomentText(Math.min(window.toMs, endMs), utcOffsetMin).slice(5, 16)}`;
}
