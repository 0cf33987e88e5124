import type { Scenario } from "@sealwatch/firmware-sim";
import { calibrate } from "./calibration.ts";
import { LearnedSites } from "./learned-site.ts";
import { atRate, RIVALS } from "./peer-bank.ts";
import type { Peer } from "./peers.ts";
import { type EvaluationPlan, MINUTE_MS, TEN_SECONDS_MS, watchedScenarios } from "./plan.ts";
import { type RunOutcome, runScenario } from "./runs.ts";

const DAY_MS = 86_400_000;
/** Orange is to be false once in ten years: what the peers are calibrated to as well. */
export const NOMINAL_PER_YEAR = 0.1;
export const FOLDS = 2;
/** Rates, a site-year, to which the peers are calibrated for their operating curves. */
export const OPERATING_RATES = [NOMINAL_PER_YEAR, 1, 10] as const;
/** Simulated days that learning a site costs. */
const LEARNING_DAYS = 14;

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

/** Simulated days done and to do. */
export type Progress = (done: number, total: number, doing: string) => void;

/** Sites are the folds: what a detector is tested on never calibrated it. */
export function foldOf(seed: number): number {
  return seed % FOLDS;
}

/** Runs a plan: first the quiet stretches, which calibrate the peers, then the restarts. */
export function evaluate(plan: EvaluationPlan, progress: Progress): Evaluation {
  const scenarios = watchedScenarios();
  const quietOnes = scenarios.filter(({ truth }) => !truth.restart);
  const restartOnes = scenarios.filter(({ truth }) => truth.restart);
  const meter = new DayMeter(plan, scenarios, progress);
  const learned = new Map<number, LearnedSites>();
  const minutely = { intervalMs: MINUTE_MS, learned, meter };
  const quiet = atSites(plan.quietSites, quietOnes, null, minutely);
  const thresholds = thresholdsFrom(quiet);
  const restarts = atSites(plan.restartSites, restartOnes, thresholds, minutely);
  const { sites, quietDays } = plan.tenSeconds;
  const short = quietOnes
    .filter(({ name }) => name === "loud-floor")
    .map((scenario) => ({ ...scenario, watchFor: quietDays * DAY_MS }));
  const faster = { intervalMs: TEN_SECONDS_MS, learned: new Map<number, LearnedSites>(), meter };
  const fast = restartOnes.filter(({ name }) => name === "full-restart" || name === "pump-5-percent");
  return {
    plan,
    scenarios,
    quiet,
    restarts,
    quietTenSeconds: atSites(sites, short, null, faster),
    restartsTenSeconds: atSites(sites, fast, null, faster),
    thresholds,
  };
}

/** How sites are watched, and what of them was learned already. */
interface Watching {
  readonly intervalMs: number;
  readonly learned: Map<number, LearnedSites>;
  readonly meter: DayMeter;
}

function atSites(
  sites: number,
  scenarios: readonly Scenario[],
  thresholds: Thresholds | null,
  { intervalMs, learned: known, meter }: Watching,
): RunOutcome[] {
  const outcomes: RunOutcome[] = [];
  for (let seed = 1; seed <= sites; seed++) {
    const learned = known.get(seed) ?? new LearnedSites();
    known.set(seed, learned);
    const before = learned.size;
    for (const scenario of scenarios) {
      const site = learned.of(scenario, seed, intervalMs);
      const outcome = runScenario(
        scenario,
        site,
        thresholds && thresholdsAt(thresholds, { site: scenario.site, seed }),
      );
      outcomes.push(outcome);
      meter.did(outcome.days, intervalMs, `${scenario.name} #${seed}`);
    }
    meter.did(LEARNING_DAYS * (learned.size - before), intervalMs, `site ${seed}`);
  }
  return outcomes;
}

/** What the sites outside each fold teach about each peer. */
function thresholdsFrom(quiet: readonly RunOutcome[]): Thresholds {
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

/** Counts simulated days; one at 10 s costs as six at a minute. */
class DayMeter {
  readonly #total: number;
  readonly #progress: Progress;
  #done = 0;

  constructor(plan: EvaluationPlan, scenarios: readonly Scenario[], progress: Progress) {
    const daysOf = (restart: boolean): number =>
      scenarios
        .filter(({ truth }) => truth.restart === restart)
        .reduce((sum, { watchFor }) => sum + watchFor / DAY_MS + 0.75, 0);
    const { sites, quietDays } = plan.tenSeconds;
    const learned = 7 * LEARNING_DAYS;
    this.#total =
      plan.quietSites * (daysOf(false) + learned) +
      plan.restartSites * (daysOf(true) + LEARNING_DAYS) +
      (MINUTE_MS / TEN_SECONDS_MS) * sites * (quietDays + LEARNING_DAYS + 4);
    this.#progress = progress;
  }

  did(days: number, intervalMs: number, doing: string): void {
    this.#done += days * (MINUTE_MS / intervalMs);
    this.#progress(this.#done, this.#total, doing);
  }
}
