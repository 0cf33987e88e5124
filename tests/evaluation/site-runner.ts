import type { Scenario } from "@sealwatch/firmware-sim";
import { thresholdsAt } from "./evaluate.ts";
import type { SiteTask } from "./evaluation-run.ts";
import { LEARNING_DAYS, LearnedSites } from "./learned-site.ts";
import type { EvaluationPlan } from "./plan.ts";
import { type RunOutcome, runScenario } from "./runs.ts";
import { costDays, type SiteJob, watchOf } from "./site-job.ts";

/** What is evaluated: the same for every worker. */
export interface Subject {
  readonly plan: EvaluationPlan;
  readonly scenarios: readonly Scenario[];
}

/** Told after each run: its cost in days at a minute, with what had to be learned for it. */
export type OnRun = (days: number, doing: string) => void;

/** Runs one task after the other, and keeps what was learned of a site until its restarts were watched. */
export class SiteRunner {
  readonly #subject: Subject;
  readonly #kept = new Map<number, LearnedSites>();

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  run({ job, thresholds }: SiteTask, onRun: OnRun): RunOutcome[] {
    const { plan, scenarios } = this.#subject;
    const { seed } = job;
    const watch = watchOf(job, plan, scenarios);
    const learned = this.#known(job) ?? new LearnedSites();
    const outcomes = watch.scenarios.map((scenario) => {
      const before = learned.size;
      const site = learned.of(scenario, seed, watch.intervalMs);
      const inForce = thresholds && thresholdsAt(thresholds, { site: scenario.site, seed });
      const outcome = runScenario(scenario, site, inForce);
      const days = outcome.days + LEARNING_DAYS * (learned.size - before);
      onRun(costDays(days, watch.intervalMs), `${scenario.name} #${seed}`);
      return outcome;
    });
    if (job.part === "quiet" && seed <= plan.restartSites) this.#kept.set(seed, learned);
    return outcomes;
  }

  #known({ part, seed }: SiteJob): LearnedSites | undefined {
    if (part !== "restarts") return undefined;
    const learned = this.#kept.get(seed);
    this.#kept.delete(seed);
    return learned;
  }
}
