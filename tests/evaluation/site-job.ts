import type { Scenario } from "@sealwatch/firmware-sim";
import { DAY_MS, LEARNING_DAYS, siteKey } from "./learned-site.ts";
import { type EvaluationPlan, MINUTE_MS, TEN_SECONDS_MS } from "./plan.ts";

/** Restarts wait for the thresholds that the quiet stretches give; ten-second sampling needs nothing of the others. */
const PARTS = ["quiet", "restarts", "ten-seconds"] as const;
/** A watch lasts this much longer than its scenario, on average: warm-up and the time of day. */
const BEFORE_ANCHOR_DAYS = 0.75;

/** What is simulated in one go: everything that happens to one site in one part. */
export interface SiteJob {
  readonly part: (typeof PARTS)[number];
  readonly seed: number;
}

/** How a job's site is watched. */
export interface JobWatch {
  readonly intervalMs: number;
  /** In the order of their outcomes. */
  readonly scenarios: readonly Scenario[];
}

/** The jobs of a plan in the order of their outcomes: part by part, seed by seed. */
export function siteJobs(plan: EvaluationPlan): SiteJob[] {
  return PARTS.flatMap((part) =>
    Array.from({ length: sitesOf(plan, part) }, (_, index) => ({ part, seed: index + 1 })),
  );
}

function sitesOf(plan: EvaluationPlan, part: SiteJob["part"]): number {
  if (part === "quiet") return plan.quietSites;
  return part === "restarts" ? plan.restartSites : plan.tenSeconds.sites;
}

/** What a job runs. */
export function watchOf({ part }: SiteJob, plan: EvaluationPlan, scenarios: readonly Scenario[]): JobWatch {
  const quiet = scenarios.filter(({ truth }) => !truth.restart);
  const restarts = scenarios.filter(({ truth }) => truth.restart);
  if (part !== "ten-seconds")
    return { intervalMs: MINUTE_MS, scenarios: part === "quiet" ? quiet : restarts };
  const watchFor = plan.tenSeconds.quietDays * DAY_MS;
  const short = quiet.filter(({ name }) => name === "loud-floor");
  const fast = restarts.filter(({ name }) => name === "full-restart" || name === "pump-5-percent");
  return {
    intervalMs: TEN_SECONDS_MS,
    scenarios: [...short.map((scenario) => ({ ...scenario, watchFor })), ...fast],
  };
}

/** Days of a job as its processor time goes: one at 10 s costs as six at a minute. */
export function costDays(simulatedDays: number, intervalMs: number): number {
  return simulatedDays * (MINUTE_MS / intervalMs);
}

/** What a plan costs, in days at a minute, when no site is learned twice. */
export function plannedDays(plan: EvaluationPlan, scenarios: readonly Scenario[]): number {
  const learned = new Set<string>();
  return siteJobs(plan).reduce((sum, job) => {
    const watch = watchOf(job, plan, scenarios);
    const before = learned.size;
    for (const scenario of watch.scenarios) learned.add(siteKey(scenario, job.seed, watch.intervalMs));
    const watched = watch.scenarios.map(({ watchFor }) => watchFor / DAY_MS + BEFORE_ANCHOR_DAYS);
    const days = watched.reduce((total, one) => total + one, LEARNING_DAYS * (learned.size - before));
    return sum + costDays(days, watch.intervalMs);
  }, 0);
}
