import { loadScenario } from "@sealwatch/firmware-sim";
import { describe, expect, it } from "vitest";
import { DAY_MS, LEARNING_DAYS } from "./learned-site.ts";
import type { EvaluationPlan } from "./plan.ts";
import { evaluate } from "./site-crew.ts";
import { SiteRunner, type Subject } from "./site-runner.ts";

const workerUrl = new URL("../dist/evaluation/site-worker.js", import.meta.url);
const plan: EvaluationPlan = {
  name: "quick",
  quietSites: 2,
  restartSites: 3,
  tenSeconds: { sites: 0, quietDays: 1 },
};

/** Scenarios cut to a day. */
function subjectOf(...names: string[]): Subject {
  return { plan, scenarios: names.map((name) => ({ ...loadScenario(name), watchFor: DAY_MS })) };
}

function workerOf(code: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** Plants take their time on a machine that is busy. */
const TIMEOUT_MS = 60_000;

describe("worker threads", () => {
  it(
    "theResultIsTheSameWithOneAndWithTwo",
    async () => {
      const subject = subjectOf("quiet-power-only", "restart-power-only");
      const told: (readonly [done: number, total: number])[] = [];
      const progress = (done: number, total: number) => told.push([done, total]);
      const one = await evaluate(subject, { workers: 1, workerUrl, progress });
      const two = await evaluate(subject, { workers: 2, workerUrl, progress: () => {} });
      expect(two).toEqual(one);
      expect(one.quiet.map(({ seed }) => seed)).toEqual([1, 2]);
      expect(one.restarts.map(({ seed }) => seed)).toEqual([1, 2, 3]);
      expect(one.restarts.every(({ peerDelays }) => peerDelays.size > 0)).toBe(true);
      expect(told).toHaveLength(5);
      const [done = 0, total = 1] = told.at(-1) ?? [];
      expect(done / total).toBeCloseTo(1, 1);
    },
    TIMEOUT_MS,
  );

  it("aSiteThatIsLearnedAnewForItsRestartsIsTheSame", () => {
    const subject = subjectOf("quiet-contacts-only", "restart-contacts-only");
    const watch = (runner: SiteRunner, part: "quiet" | "restarts") => {
      let sum = 0;
      const task = { job: { part, seed: 1 }, thresholds: null };
      const outcomes = runner.run(task, (cost) => {
        sum += cost;
      });
      return { outcomes, sum };
    };
    const learner = new SiteRunner(subject);
    watch(learner, "quiet");
    const known = watch(learner, "restarts");
    const anew = watch(new SiteRunner(subject), "restarts");
    expect(anew.outcomes).toEqual(known.outcomes);
    expect(anew.sum - known.sum).toBeCloseTo(LEARNING_DAYS, 9);
    // What was learned is let go with the restarts.
    expect(watch(learner, "restarts").sum).toBe(anew.sum);
  });

  it.each([
    ["throws", "throw new Error('no such plant')", "no such plant"],
    ["ends", "process.exit(3)", "a thread of the evaluation ended with code 3"],
  ])("aWorkerThat %s EndsTheEvaluation", async (_, code, why) => {
    const worker = workerOf(
      `import { parentPort } from "node:worker_threads"; parentPort.on("message", () => { ${code} });`,
    );
    const crew = { workers: 2, workerUrl: worker, progress: () => {} };
    await expect(evaluate(subjectOf("quiet-contacts-only"), crew)).rejects.toThrow(why);
  });
});
