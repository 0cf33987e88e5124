import type { DetectorScore } from "./detector-score.ts";
import type { Evaluation } from "./evaluate.ts";
import { operatingPoints } from "./operating-points.ts";
import { LEVELS } from "./peer-bank.ts";
import { clairvoyantName, PEERS } from "./peers.ts";
import { levelScenario, type Scoreboard } from "./scoreboard.ts";
import { wilson } from "./scores.ts";
import { type Axis, plot, type Series } from "./svg-plot.ts";

const COLOURS = ["#7a8798", "#b07aa1", "#e0a030", "#59a14f", "#2f6fb2", "#76b7b2", "#9c755f", "#c9ced6"];
const OWN = "#c8102e";
const DAY_S = 86_400;

const LEVEL_AXIS: Axis = {
  title: "原负荷占比 share of the former load",
  from: 0.009,
  to: 1.1,
  log: true,
  ticks: LEVELS.map((level) => [level, `${Math.round(level * 100)} %`] as const),
};
const SHARE_AXIS: Axis = {
  title: "24 小时内发现 detected within 24 h",
  from: 0,
  to: 1,
  log: false,
  ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => [share, `${share * 100} %`] as const),
};

/** How often each level is found within a day. */
export function detectionByLevel(scores: Scoreboard): string {
  return plot(
    LEVEL_AXIS,
    SHARE_AXIS,
    seriesOf(scores, (score, level) => {
      const at = score.scenarios[levelScenario(level)];
      if (!at || at.total === 0) return null;
      const { low, high } = wilson(at.detected, at.total);
      return [level, at.detected / at.total, [low, high]];
    }),
  );
}

/** How soon; the one who knows the shift is the dashed measure of what is possible. */
export function delayByLevel(scores: Scoreboard): string {
  const axis: Axis = {
    title: "中位延迟 median delay",
    from: 20,
    to: DAY_S,
    log: true,
    ticks: [
      [30, "30 s"],
      [60, "1 min"],
      [300, "5 min"],
      [1_800, "30 min"],
      [7_200, "2 h"],
      [28_800, "8 h"],
      [DAY_S, "—"],
    ],
  };
  const best: Series = {
    label: "先知 clairvoyant",
    colour: "#111",
    width: 1.5,
    points: LEVELS.map((level) => {
      const at = scores.peers[clairvoyantName(level)]?.scenarios[levelScenario(level)];
      return [level, at?.delayMedianS ?? DAY_S] as const;
    }),
  };
  const others = seriesOf(scores, (score, level) => [
    level,
    score.scenarios[levelScenario(level)]?.delayMedianS ?? DAY_S,
  ]);
  return plot(LEVEL_AXIS, axis, [...others, best]);
}

/** What each detector gives for what it costs, at 2 % of the former load. */
export function operatingCurves(evaluation: Evaluation, scores: Scoreboard): string {
  const axis: Axis = {
    title: "每厂点·年误报 false alarms a site-year",
    from: 0.01,
    to: 100,
    log: true,
    ticks: [0.01, 0.1, 1, 10, 100].map((rate) => [rate, rate === 0.01 ? "≤ 0.01" : String(rate)] as const),
  };
  const own = scores.scenarios["pump-2-percent"];
  const product: Series = {
    label: "封哨 Sealwatch",
    colour: OWN,
    width: 3,
    points: own ? [[scores.falseOrangeRedPerSiteYear.rate, own.detected / Math.max(1, own.total)]] : [],
  };
  const peers = PEERS.map(
    ({ name }, index): Series => ({
      label: name,
      colour: COLOURS[index] ?? "#999",
      width: 1.5,
      points: operatingPoints(evaluation, name, "pump-2-percent"),
    }),
  );
  return plot(axis, SHARE_AXIS, [...peers, product]);
}

function seriesOf(
  scores: Scoreboard,
  pointOf: (score: DetectorScore, level: number) => Series["points"][number] | null,
): Series[] {
  const line = (label: string, score: DetectorScore | undefined, colour: string, width: number): Series => ({
    label,
    colour,
    width,
    points: score ? LEVELS.map((level) => pointOf(score, level)).filter((point) => point !== null) : [],
  });
  const peers = PEERS.map(({ name }, index) => line(name, scores.peers[name], COLOURS[index] ?? "#999", 1.5));
  return [...peers, line("封哨 Sealwatch", scores, OWN, 3)];
}
