import type { Scenario } from "@sealwatch/firmware-sim";
import { calibrate } from "./calibration.ts";
import { falseAlarmRate } from "./detector-score.ts";
import { atRate, RIVALS } from "./peer-bank.ts";
import type { Peer } from "./peers.ts";
import type { EvaluationPlan } from "./plan.ts";
import { falseAlarms, type RunOutcome } from "./runs.ts";

const DAYS_PER_YEAR = 365.25;
/** Orange is to be false once in ten years: what the peers are calibrated to as well. */
export const NOMINAL_PER_YEAR = 0.1;
export const FOLDS = 2;
/** Rates, a site-year, to which the peers are calibrated for their operating curves. */
export const OPERATING_RATES = [NOMINAL_PER_YEAR, 1, 10] as const;

/** Everything that was simulated. */
export interface Evaluation {
  readonly plan: EvaluationPlan;
  readonly scenarios: readonly Scenario[];
  readonly quiet: readonly RunOutcome[];
  readonly restarts: readonly RunOutcome[];
  readonly quietTenSeconds: readonly RunOutcome[];
  readonly restartsTenSeconds: readonly RunOutcome[];
  readonly thresholds: Thresholds;
}

/** By fold and site: each peer's threshold, from the quiet days of the same site in the other folds. */
export type Thresholds = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The thresholds in force at a run. */
export function thresholdsAt(
  thresholds: Thresholds,
  { site, seed }: { readonly site: string; readonly seed: number },
): ReadonlyMap<string, number> {
  return thresholds.get(`${foldOf(seed)} ${site}`) ?? new Map();
}

/** Sites are the folds: what a detector is tested on never calibrated it. */
export function foldOf(seed: number): number {
  return seed % FOLDS;
}

/** Years watched in all. */
export function yearsOf(runs: readonly RunOutcome[]): number {
  return runs.reduce((sum, { days }) => sum + days, 0) / DAYS_PER_YEAR;
}

/**
 * How often a year peers may be false to be no more often wrong than the product: as often as its quiet days leave possible (the exact
 * 95 % bound, to the peers' advantage), and never more often than nominal.
 */
export function equalPerYear(quiet: readonly RunOutcome[]): number {
  const alarms = quiet.reduce((sum, { episodes }) => sum + falseAlarms(episodes).length, 0);
  return Math.min(NOMINAL_PER_YEAR, falseAlarmRate(alarms, yearsOf(quiet)).upper95);
}

/** What the quiet stretches at the sites outside each fold teach about each peer. */
export function thresholdsFrom(quiet: readonly RunOutcome[]): Thresholds {
  const sites = [...new Set(quiet.map(({ site }) => site))];
  const equal = equalPerYear(quiet);
  return new Map(
    sites.flatMap((site) =>
      Array.from({ length: FOLDS }, (_, fold) => {
        const others = quiet.filter((run) => run.site === site && foldOf(run.seed) !== fold);
        return [
          `${fold} ${site}`,
          new Map(RIVALS.flatMap((peer) => thresholdsOf(peer, others, equal))),
        ] as const;
      }),
    ),
  );
}

function thresholdsOf(
  peer: Peer,
  others: readonly RunOutcome[],
  equal: number,
): [name: string, threshold: number][] {
  const days = others.flatMap(({ maxima }) => maxima.get(peer.name) ?? []);
  return [
    [peer.name, calibrate(peer, days, NOMINAL_PER_YEAR)],
    [atRate(peer.name, "equal"), calibrate(peer, days, equal)],
    ...OPERATING_RATES.map((rate): [string, number] => [
      atRate(peer.name, rate),
      calibrate(peer, days, rate),
    ]),
  ];
}
