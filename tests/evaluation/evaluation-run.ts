import type { Scenario } from "@sealwatch/firmware-sim";
import { type Evaluation, type Thresholds, thresholdsFrom } from "./evaluate.ts";
import { JobQueue } from "./job-queue.ts";
import type { EvaluationPlan } from "./plan.ts";
import type { RunOutcome } from "./runs.ts";
import { type SiteJob, siteJobs } from "./site-job.ts";

/** A job and what it needs; thresholds are null where there is nothing to cross. */
export interface SiteTask {
  readonly job: SiteJob;
  readonly thresholds: Thresholds | null;
}

/** An evaluation while workers are at it: what each does next, and what their outcomes come to, whoever came first. */
export class EvaluationRun {
  readonly #plan: EvaluationPlan;
  readonly #scenarios: readonly Scenario[];
  readonly #jobs: readonly SiteJob[];
  readonly #queue: JobQueue;
  readonly #outcomes = new Map<string, readonly RunOutcome[]>();
  #thresholds: Thresholds | null = null;

  constructor(plan: EvaluationPlan, scenarios: readonly Scenario[]) {
    this.#plan = plan;
    this.#scenarios = scenarios;
    this.#jobs = siteJobs(plan);
    this.#queue = new JobQueue(this.#jobs);
  }

  get complete(): boolean {
    return this.#outcomes.size === this.#jobs.length;
  }

  /** The next task for a worker that has none; null: none for now. */
  next(worker: number): SiteTask | null {
    const job = this.#queue.take(worker);
    if (job === null) return null;
    return { job, thresholds: job.part === "restarts" ? this.#calibrated() : null };
  }

  finish(job: SiteJob, outcomes: readonly RunOutcome[]): void {
    this.#outcomes.set(keyOf(job), outcomes);
    this.#queue.finish(job);
  }

  /** Everything that was simulated, in the order of the plan. Of a complete run only. */
  result(): Evaluation {
    const tenSeconds = this.#outcomesOf("ten-seconds");
    return {
      plan: this.#plan,
      scenarios: this.#scenarios,
      quiet: this.#outcomesOf("quiet"),
      restarts: this.#outcomesOf("restarts"),
      quietTenSeconds: tenSeconds.filter(({ restartMs }) => restartMs === null),
      restartsTenSeconds: tenSeconds.filter(({ restartMs }) => restartMs !== null),
      thresholds: this.#calibrated(),
    };
  }

  #calibrated(): Thresholds {
    this.#thresholds ??= thresholdsFrom(this.#outcomesOf("quiet"));
    return this.#thresholds;
  }

  #outcomesOf(wanted: SiteJob["part"]): RunOutcome[] {
    return this.#jobs
      .filter(({ part }) => part === wanted)
      .flatMap((job) => this.#outcomes.get(keyOf(job)) ?? []);
  }
}

function keyOf({ part, seed }: SiteJob): string {
  return `${part} ${seed}`;
}
