import type { Scenario } from "@sealwatch/firmware-sim";
import { calibrate } from "./calibration.ts";
import { atRate, RIVALS } from "./peer-bank.ts";
import type { Peer } from "./peers.ts";
import type { EvaluationPlan } from "./plan.ts";
import type { RunOutcome } from "./runs.ts";

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

/** What the quiet stretches at the sites outside each fold teach about each peer. */
export function thresholdsFrom(quiet: readonly RunOutcome[]): Thresholds {
  const sites = [...new Set(quiet.map(({ site }) => site))];
  return new Map(
    sites.flatMap((site) =>
      Array.from({ length: FOLDS }, (_, fold) => {
        const others = quiet.filter((run) => run.site === site && foldOf(run.seed) !== fold);
        return [`${fold} ${site}`, new Map(RIVALS.flatMap((peer) => thresholdsOf(peer, others)))] as const;
      }),
    ),
  );
}

function thresholdsOf(peer: Peer, others: readonly RunOutcome[]): [name: string, threshold: number][] {
  const days = others.flatMap(({ maxima }) => maxima.get(peer.name) ?? []);
  return [
    [peer.name, calibrate(peer, days, NOMINAL_PER_YEAR)],
    ...OPERATING_RATES.map((rate): [string, number] => [
      atRate(peer.name, rate),
      calibrate(peer, days, rate),
    ]),
  ];
}
