import type { ChartView, ContactTrack, SeriesView, SiteDetail } from "../../api/contract.ts";
import { type AlignedColumns, alignedColumns } from "./aligned-columns.ts";
import { type BandStep, baselineBand } from "./baseline-band.ts";
import { contactLane, type LaneStretch } from "./contact-lane.ts";
import { BACKFILL_LAG_MS } from "./gateway-state.ts";
import { displayUnit } from "./quantity.ts";
import { type SeriesLine, seriesLine } from "./series-line.ts";
import { mergeStretches, type Stretch } from "./stretch.ts";

/** A pane of lines over time, in the unit people read. */
export interface LinePane {
  readonly labels: readonly string[];
  readonly unit: string;
  readonly columns: AlignedColumns;
  readonly bands: readonly { steps: readonly BandStep[]; isLearning: boolean }[];
  readonly unknown: readonly Stretch[];
}

/** One contact's lane. */
export interface Lane {
  readonly label: string;
  readonly role: ContactTrack["role"];
  readonly stretches: readonly LaneStretch[];
}

/** Total active power of the site: the totals where there are any, else the phases. */
export function powerPane(detail: SiteDetail, chart: ChartView, window: Stretch): LinePane {
  const power = chart.series.filter((series) => series.kind === "active-power");
  const totals = power.filter((series) => {
    const phase = channelOf(detail, series)?.phase ?? null;
    return phase === null || phase === "total";
  });
  return linePane(detail, chart, window, totals.length > 0 ? totals : power, "kW");
}

/** Volatile organic compounds. */
export function vocPane(detail: SiteDetail, chart: ChartView, window: Stretch): LinePane {
  const voc = chart.series.filter((series) => series.kind === "voc");
  return linePane(detail, chart, window, voc, "ppb");
}

/** Contacts, a lane each, seals first. */
export function contactLanes(detail: SiteDetail, chart: ChartView, window: Stretch): Lane[] {
  const order = ["seal", "door", "mains-present", "other"];
  return [...chart.contacts]
    .sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role))
    .map((track) => ({
      label: track.label === "" ? `${track.role} ${track.channel}` : track.label,
      role: track.role,
      stretches: contactLane(track, gapsOf(detail, chart, track.gateway, window), window),
    }));
}

function linePane(
  detail: SiteDetail,
  chart: ChartView,
  window: Stretch,
  series: readonly SeriesView[],
  emptyUnit: string,
): LinePane {
  const shown = displayUnit(series[0]?.unit ?? "");
  const lines = series.map((one) => lineOf(detail, chart, window, one));
  const gaps = series.flatMap((one) => gapsOf(detail, chart, one.gateway, window));
  const holes = lines.length === 0 ? [window] : lines.flatMap((line) => line.holes);
  return {
    labels: series.map((one) => one.label),
    unit: series.length === 0 ? emptyUnit : shown.unit,
    columns: alignedColumns(lines),
    bands: series.flatMap((one) => bandOf(detail, one, window, shown.factor)),
    unknown: mergeStretches([...gaps, ...holes], window),
  };
}

function lineOf(detail: SiteDetail, chart: ChartView, window: Stretch, series: SeriesView): SeriesLine {
  const reachesMs = gatewayOf(detail, series.gateway)?.recordedToMs ?? 0;
  const gaps = chart.gaps.filter((gap) => gap.gateway === series.gateway);
  return seriesLine(
    series,
    { gaps, window, bucketMs: chart.bucketMs, reachesMs },
    displayUnit(series.unit).factor,
  );
}

function bandOf(detail: SiteDetail, series: SeriesView, window: Stretch, factor: number): LinePane["bands"] {
  return detail.baselines
    .filter((baseline) => baseline.gateway === series.gateway && baseline.channel === series.channel)
    .map((baseline) => {
      const hours = baseline.hours.map((hour) => ({
        mid: hour.mid * factor,
        low: hour.low * factor,
        high: hour.high * factor,
      }));
      const steps = baselineBand(hours, window.fromMs, window.toMs, detail.utcOffsetMin);
      return { steps, isLearning: baseline.status === "learning" };
    });
}

/** A gateway's recorded gaps, and what lies beyond the end of its record: nobody knows that either. */
function gapsOf(detail: SiteDetail, chart: ChartView, gateway: string, window: Stretch): Stretch[] {
  const recorded: Stretch[] = chart.gaps.filter((gap) => gap.gateway === gateway);
  const reachesMs = gatewayOf(detail, gateway)?.recordedToMs ?? window.fromMs;
  // A window ends on a bucket's edge, so up to a bucket beyond the record is no silence.
  if (window.toMs - reachesMs <= BACKFILL_LAG_MS + chart.bucketMs) return recorded;
  return [...recorded, { fromMs: reachesMs, toMs: window.toMs }];
}

function gatewayOf(detail: SiteDetail, id: string) {
  return detail.gateways.find((gateway) => gateway.id === id);
}

function channelOf(detail: SiteDetail, series: SeriesView) {
  return detail.channels.find(
    (channel) => channel.gateway === series.gateway && channel.id === series.channel,
  );
}
