import {
  type BaselineView,
  type ContextEntry,
  type FindingRecord,
  foldSegment,
  type GatewayState,
  initialGatewayState,
  judgeSite,
  viewBaselines,
} from "@sealwatch/cloud";
import { loadScenario } from "@sealwatch/firmware-sim";
import { seededRandom } from "@sealwatch/platform";
import type { ChannelDescription, JournalRecord } from "@sealwatch/protocols";
import { DAY_MS, LearnedSites, WATCH_FROM_MS } from "./learned-site.ts";
import { RecordedSeries } from "./recorded-series.ts";
import type { RulePlotSpec } from "./rule-plot-specs.ts";
import { SiteWatch } from "./site-watch.ts";

/** What a plot shows: what was recorded, what was expected, what was found. */
export interface PlottedCase {
  readonly utcOffsetMin: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** When the plant restarted; null: it did not. */
  readonly restartMs: number | null;
  readonly series: RecordedSeries;
  readonly baseline: BaselineView | null;
  readonly findings: readonly FindingRecord[];
  readonly episodes: ReturnType<typeof judgeSite>["episodes"];
}

const SEED = 1;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A whole day before anything happens, so that there is one to compare with. */
const WARM_UP_H = 30;
/** Nothing begins at the very moment of a reading: its inrush would be all that the plot shows. */
const PAST_THE_MINUTE_MS = 23_000;
const sites = new LearnedSites();

/** Plays the scenario of a plot at a learned site, a reading a minute. */
export function scenarioCase(spec: RulePlotSpec): PlottedCase {
  const scenario = loadScenario(spec.scenario);
  const { utcOffsetMin } = scenario.plant;
  const learned = sites.of(scenario, SEED, MINUTE_MS);
  const startsAtMs = (scenario.startsAt ?? 8 * 60) * MINUTE_MS - utcOffsetMin * MINUTE_MS;
  const warmUpMs = (spec.warmUpH ?? WARM_UP_H) * HOUR_MS;
  const days = Math.ceil((WATCH_FROM_MS + warmUpMs - startsAtMs) / DAY_MS);
  const anchorMs = days * DAY_MS + startsAtMs + PAST_THE_MINUTE_MS;
  const series = new RecordedSeries();
  const watch = new SiteWatch({
    scenario,
    intervalMs: MINUTE_MS,
    startMs: WATCH_FROM_MS,
    seed: SEED,
    meterSeed: SEED,
    before: learned.journal,
    context: learned.context,
    anchorMs,
    onRecords: (records) => series.take(records),
  });
  const toMs = anchorMs + spec.toH * HOUR_MS;
  watch.run(toMs);
  const { restart, restartAt = 0 } = scenario.truth;
  return {
    utcOffsetMin,
    fromMs: anchorMs + spec.fromH * HOUR_MS,
    toMs,
    restartMs: restart ? anchorMs + restartAt : null,
    series,
    baseline: viewBaselines(learned.journal.state)[0] ?? null,
    episodes: watch.episodes(),
    findings: watch.findings,
  };
}

const FROM_MS = Date.parse("2026-01-05T00:00:00+08:00");
const UTC_OFFSET_MIN = 480;

const plain = {
  profile: "generic/meter@1",
  decimals: 0,
  supply: "auxiliary",
  label: "",
  intervalMs: 15 * MINUTE_MS,
} as const;

/** Folds records that no scenario has, from midnight of a day in January on. */
function writtenCase(
  channels: readonly ChannelDescription[],
  records: readonly JournalRecord[],
  shown: { readonly fromDay: number; readonly toDay: number; readonly changeDay: number },
): PlottedCase {
  const all: JournalRecord[] = [
    { type: "channels", atMs: 0, channels: [...channels] },
    { type: "clock", atMs: 0, utcMs: FROM_MS, uncertaintyMs: 50, source: "simulator" },
    ...records,
  ];
  const series = new RecordedSeries();
  series.take(all);
  const state: GatewayState = initialGatewayState();
  const context: ContextEntry[] = [];
  const site = { site: "qingshi-dyes", utcOffsetMin: UTC_OFFSET_MIN, formerLoadW: 60_000 };
  const segment = { gateway: "gw-000001", epoch: "0000000000000001", seq: 1, records: all };
  const { findings } = foldSegment(state, segment, context, site);
  const toMs = FROM_MS + shown.toDay * DAY_MS;
  const judged = judgeSite({ site: site.site, findings, silences: [], baseline: "accepted", untilMs: toMs });
  return {
    utcOffsetMin: UTC_OFFSET_MIN,
    fromMs: FROM_MS + shown.fromDay * DAY_MS,
    toMs,
    restartMs: FROM_MS + shown.changeDay * DAY_MS,
    series,
    baseline: null,
    findings,
    episodes: judged.episodes,
  };
}

/** A gas sensor for six days that stands still from the fifth on, for twenty hours. */
export function vocFaultCase(): PlottedCase {
  const random = seededRandom(SEED, "voc fault");
  const voc = { kind: "voc", unit: "ppb", device: "gas", point: "voc", intervalMs: 5 * MINUTE_MS } as const;
  const records = Array.from({ length: 6 * 288 }, (_, index): JournalRecord => {
    const hour = index / 12;
    const alive = 62 + 14 * Math.cos((2 * Math.PI * (hour - 15)) / 24) + 4 * random.normal();
    const isStuck = hour >= 96 && hour < 116;
    const scaled = [isStuck ? 71 : Math.round(alive)];
    return { type: "sample", atMs: (index + 1) * voc.intervalMs, channels: [1], scaled, qualities: [0] };
  });
  return writtenCase([{ ...plain, ...voc, id: 1 }], records, { fromDay: 3.5, toDay: 5.5, changeDay: 4 });
}
