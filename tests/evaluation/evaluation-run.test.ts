import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Evaluation } from "./evaluate.ts";
import { EvaluationRun, type SiteTask } from "./evaluation-run.ts";
import type { EvaluationPlan } from "./plan.ts";
import type { RunOutcome } from "./runs.ts";

const plan: EvaluationPlan = {
  name: "quick",
  quietSites: 6,
  restartSites: 8,
  tenSeconds: { sites: 2, quietDays: 1 },
};
const JOBS = 6 + 8 + 2;

/** Peers that reach more at one site than at the other, so that thresholds depend on all of them. */
function outcomeOf({ job: { part, seed }, thresholds }: SiteTask): RunOutcome {
  const threshold = thresholds?.get(`${seed % 2} site`)?.get("fixed-threshold") ?? 0;
  return {
    scenario: part,
    site: "site",
    seed,
    days: 1,
    anchorMs: 0,
    restartMs: part === "restarts" ? 0 : null,
    episodes: [],
    delayMs: Number.POSITIVE_INFINITY,
    peerDelays: new Map([["fixed-threshold", threshold]]),
    maxima: new Map([["fixed-threshold", [seed, seed / 2, seed / 3]]]),
  };
}

interface AtWork {
  readonly worker: number;
  readonly task: SiteTask;
}

interface Played {
  readonly result: Evaluation;
  readonly done: readonly AtWork[];
}

/** Plays a run; `whoEnds` says which of those at work ends next. They are in the order in which they began. */
function play(workers: number, whoEnds: (atWork: readonly AtWork[]) => number): Played {
  const run = new EvaluationRun(plan, []);
  const atWork: AtWork[] = [];
  const done: AtWork[] = [];
  const assign = (): void => {
    for (let worker = 0; worker < workers; worker++) {
      if (atWork.some((one) => one.worker === worker)) continue;
      const task = run.next(worker);
      if (task) atWork.push({ worker, task });
    }
  };
  assign();
  while (!run.complete) {
    const [ended] = atWork.splice(whoEnds(atWork), 1);
    if (!ended) throw new Error("nobody is at work and the run is not complete");
    done.push(ended);
    run.finish(ended.task.job, [outcomeOf(ended.task)]);
    assign();
  }
  return { result: run.result(), done };
}

describe("the order of work", () => {
  const alone = play(1, () => 0);

  it("alonePartsFollowEachOther", () => {
    expect(alone.done.map(({ task }) => task.job.part)).toEqual([
      ...Array(6).fill("quiet"),
      ...Array(8).fill("restarts"),
      ...Array(2).fill("ten-seconds"),
    ]);
    expect(alone.result.restarts.map(({ seed }) => seed)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(
      alone.result.restarts.every(({ peerDelays }) => (peerDelays.get("fixed-threshold") ?? 0) > 0),
    ).toBe(true);
  });

  it("whoeverEndsFirstTheResultIsTheSameAndEveryJobIsDoneOnce", () => {
    const ends = fc.array(fc.nat(), { minLength: JOBS, maxLength: JOBS });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: JOBS + 2 }), ends, (workers, order) => {
        const left = [...order];
        const { result, done } = play(workers, (atWork) => (left.pop() ?? 0) % atWork.length);
        expect(result).toEqual(alone.result);
        expect(new Set(done.map(({ task }) => `${task.job.part} ${task.job.seed}`)).size).toBe(JOBS);
        expect(done).toHaveLength(JOBS);
      }),
    );
  });

  it("aSiteIsWatchedAgainWhereItWasLearned", () => {
    const { done } = play(2, () => 0);
    const learner = new Map(
      done.filter(({ task }) => task.job.part === "quiet").map(({ worker, task }) => [task.job.seed, worker]),
    );
    const again = done.filter(({ task }) => task.job.part === "restarts" && learner.has(task.job.seed));
    expect(again.map(({ worker, task }) => learner.get(task.job.seed) === worker)).toEqual(
      Array(6).fill(true),
    );
  });

  it("whoWouldStandIdleTakesASiteFromWhoLearnedIt", () => {
    // Both learn three sites, the first waits for the second at ten seconds; then the second is held up by the first of its own.
    const isHeldUp = ({ worker, task }: AtWork) => worker === 1 && task.job.part === "restarts";
    const { done } = play(2, (atWork) =>
      Math.max(
        0,
        atWork.findIndex((one) => !isHeldUp(one)),
      ),
    );
    const order = done.map(({ worker, task }) => `${worker} ${task.job.part} ${task.job.seed}`);
    expect(order.slice(6)).toEqual([
      ...["0 ten-seconds 1", "0 restarts 1", "0 restarts 3", "0 restarts 5"],
      ...["0 restarts 7", "0 restarts 8", "0 ten-seconds 2"],
      ...["0 restarts 6", "0 restarts 4", "1 restarts 2"],
    ]);
  });
});
