import type { Episode } from "@sealwatch/cloud";
import { alarmDays } from "./calibration.ts";
import {
  type DetectorScore,
  type FalseAlarmRate,
  falseAlarmRate,
  type ScenarioScore,
  scenarioScore,
} from "./detector-score.ts";
import { type Evaluation, FOLDS, foldOf, NOMINAL_PER_YEAR, thresholdsAt, yearsOf } from "./evaluate.ts";
import { LEVELS, RIVALS } from "./peer-bank.ts";
import { clairvoyantName } from "./peers.ts";
import { falseAlarms, type RunOutcome } from "./runs.ts";

/** Detection is asked for within a day at every level. */
const LEVEL_HORIZON_MS = 86_400_000;

/** The product's scores and, by name, the peers'. */
export interface Scoreboard extends DetectorScore {
  /** Yellow on quiet scenarios: one weak sign. */
  readonly yellowPerSiteYear: FalseAlarmRate & { readonly byScenario: Record<string, FalseAlarmRate> };
  readonly peers: Record<string, DetectorScore>;
}

/** The scenario in which a level of the former load starts. */
export function levelScenario(level: number): string {
  return level === 1 ? "full-restart" : `pump-${Math.round(level * 100)}-percent`;
}

/** Scores an evaluation. */
export function scoreAll(evaluation: Evaluation): Scoreboard {
  const peers = Object.fromEntries(RIVALS.map(({ name }) => [name, peerScore(evaluation, name)]));
  const scenarios = scenarioScores(evaluation, ({ delayMs }) => delayMs);
  return {
    scenarios: { ...quietScores(evaluation), ...scenarios, ...tenSecondScores(evaluation) },
    falseOrangeRedPerSiteYear: productAlarms(evaluation),
    yellowPerSiteYear: yellowAlarms(evaluation),
    delayRatioToClairvoyant: ratios(scenarios, peers),
    calibrationError: worstFold(
      evaluation.quiet,
      (runs) => runs.flatMap(({ episodes }) => falseAlarms(episodes)).length,
    ),
    peers: Object.fromEntries(
      Object.entries(peers).map(([name, score]) => [
        name,
        { ...score, delayRatioToClairvoyant: ratios(score.scenarios, peers) },
      ]),
    ),
  };
}

function scenarioScores(
  { scenarios, restarts }: Evaluation,
  delayOf: (run: RunOutcome) => number,
): Record<string, ScenarioScore> {
  return Object.fromEntries(
    scenarios
      .filter(({ truth }) => truth.restart)
      .map(({ name, watchFor }) => {
        const isLevel = LEVELS.some((level) => levelScenario(level) === name);
        const delays = restarts.filter(({ scenario }) => scenario === name).map(delayOf);
        return [name, scenarioScore(delays, isLevel ? LEVEL_HORIZON_MS : watchFor)];
      }),
  );
}

/** Of quiet scenarios: runs in which orange or red was shown. */
function quietScores({ scenarios, quiet }: Evaluation): Record<string, ScenarioScore> {
  return Object.fromEntries(
    scenarios
      .filter(({ truth }) => !truth.restart)
      .map(({ name }) => {
        const runs = quiet.filter(({ scenario }) => scenario === name);
        const detected = runs.filter(({ episodes }) => falseAlarms(episodes).length > 0).length;
        return [name, { detected, total: runs.length, delayMedianS: null, delayP95S: null }];
      }),
  );
}

function tenSecondScores({ restartsTenSeconds }: Evaluation): Record<string, ScenarioScore> {
  const names = [...new Set(restartsTenSeconds.map(({ scenario }) => scenario))];
  return Object.fromEntries(
    names.map((name) => {
      const delays = restartsTenSeconds
        .filter(({ scenario }) => scenario === name)
        .map(({ delayMs }) => delayMs);
      return [`${name}@10s`, scenarioScore(delays, LEVEL_HORIZON_MS)];
    }),
  );
}

function productAlarms({
  quiet,
  quietTenSeconds,
  scenarios,
}: Evaluation): DetectorScore["falseOrangeRedPerSiteYear"] {
  const byScenario = scenarios
    .filter(({ truth }) => !truth.restart)
    .map(({ name }) => [name, rateOf(quiet.filter(({ scenario }) => scenario === name))] as const);
  return {
    ...rateOf(quiet),
    red: quiet.flatMap(({ episodes }) => episodes.filter(({ level }) => level === "red")).length,
    bySampling: { "60s": rateOf(quiet), "10s": rateOf(quietTenSeconds) },
    byScenario: Object.fromEntries(byScenario),
  };
}

function yellowAlarms({ quiet, scenarios }: Evaluation): Scoreboard["yellowPerSiteYear"] {
  const isYellow = ({ level }: Episode): boolean => level === "yellow";
  const byScenario = scenarios
    .filter(({ truth }) => !truth.restart)
    .map(
      ({ name }) =>
        [
          name,
          rateOf(
            quiet.filter(({ scenario }) => scenario === name),
            isYellow,
          ),
        ] as const,
    );
  return { ...rateOf(quiet, isYellow), byScenario: Object.fromEntries(byScenario) };
}

function rateOf(runs: readonly RunOutcome[], counts?: (episode: Episode) => boolean): FalseAlarmRate {
  const alarms = runs.flatMap(({ episodes }) => (counts ? episodes.filter(counts) : falseAlarms(episodes)));
  return falseAlarmRate(alarms.length, yearsOf(runs));
}

function peerScore(evaluation: Evaluation, name: string): DetectorScore {
  const { quiet, scenarios, thresholds } = evaluation;
  const alarms = (runs: readonly RunOutcome[]): number =>
    runs.reduce((sum, run) => {
      const threshold = thresholdsAt(thresholds, run).get(name) ?? Number.POSITIVE_INFINITY;
      return sum + alarmDays(run.maxima.get(name) ?? [], threshold);
    }, 0);
  // Only where there is a meter can it be wrong.
  const metered = quiet.filter(({ maxima }) => maxima.has(name));
  const all = falseAlarmRate(alarms(metered), yearsOf(metered));
  const byScenario = scenarios
    .filter(({ truth }) => !truth.restart)
    .map((scenario) => metered.filter((run) => run.scenario === scenario.name))
    .filter((runs) => runs.length > 0)
    .map((runs) => [runs[0]?.scenario ?? "", falseAlarmRate(alarms(runs), yearsOf(runs))] as const);
  return {
    scenarios: scenarioScores(
      evaluation,
      ({ peerDelays }) => peerDelays.get(name) ?? Number.POSITIVE_INFINITY,
    ),
    falseOrangeRedPerSiteYear: {
      ...all,
      red: 0,
      bySampling: { "60s": all },
      byScenario: Object.fromEntries(byScenario),
    },
    delayRatioToClairvoyant: { byLevel: {}, worst: null },
    calibrationError: worstFold(metered, alarms),
  };
}

function worstFold(runs: readonly RunOutcome[], alarms: (runs: readonly RunOutcome[]) => number): number {
  const rates = Array.from({ length: FOLDS }, (_, fold) => {
    const inside = runs.filter(({ seed }) => foldOf(seed) === fold);
    return inside.length > 0 ? alarms(inside) / yearsOf(inside) : 0;
  });
  return Math.round((Math.max(...rates) / NOMINAL_PER_YEAR) * 100) / 100;
}

function ratios(
  scenarios: Readonly<Record<string, ScenarioScore>>,
  peers: Readonly<Record<string, DetectorScore>>,
): DetectorScore["delayRatioToClairvoyant"] {
  const byLevel = LEVELS.map((level) => {
    const name = levelScenario(level);
    const own = scenarios[name]?.delayMedianS ?? null;
    const best = peers[clairvoyantName(level)]?.scenarios[name]?.delayMedianS ?? null;
    const ratio = own === null || best === null ? null : Math.round((100 * own) / Math.max(best, 0.1)) / 100;
    return [`${Math.round(level * 100)} %`, ratio] as const;
  });
  const values = byLevel.map(([, ratio]) => ratio);
  const known = values.filter((ratio) => ratio !== null);
  return {
    byLevel: Object.fromEntries(byLevel),
    worst: known.length < values.length ? null : Math.max(...known),
  };
}
