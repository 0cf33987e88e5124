import { Worker } from "node:worker_threads";
import type { Evaluation } from "./evaluate.ts";
import { EvaluationRun } from "./evaluation-run.ts";
import { plannedDays, type SiteJob, siteJobs } from "./site-job.ts";
import type { Subject } from "./site-runner.ts";
import type { SiteAnswer } from "./site-worker.ts";

/** More threads than this are never started; each takes about 150 MB. */
export const WORKERS_MAX = 32;

/** Simulated days done and to do. */
export type Progress = (done: number, total: number, doing: string) => void;

/** Who evaluates. */
export interface CrewOptions {
  readonly workers: number;
  /** The built site-worker. */
  readonly workerUrl: URL;
  readonly progress: Progress;
}

/** Runs a plan on worker threads: first the quiet stretches, which calibrate the peers, then the restarts. Rejects with the first error of a worker. */
export async function evaluate(subject: Subject, options: CrewOptions): Promise<Evaluation> {
  const crew = new SiteCrew(subject, options);
  try {
    return await crew.work();
  } finally {
    await crew.dismiss();
  }
}

interface Member {
  readonly thread: Worker;
  job: SiteJob | null;
}

/** Threads and what each is at. */
class SiteCrew {
  readonly #run: EvaluationRun;
  readonly #members: readonly Member[];
  readonly #progress: Progress;
  readonly #totalDays: number;
  #doneDays = 0;

  constructor(subject: Subject, { workers, workerUrl, progress }: CrewOptions) {
    const { plan, scenarios } = subject;
    this.#run = new EvaluationRun(plan, scenarios);
    this.#progress = progress;
    this.#totalDays = plannedDays(plan, scenarios);
    const length = Math.min(workers, WORKERS_MAX, siteJobs(plan).length);
    // The worker is built code, whatever flags this process was started with.
    this.#members = Array.from({ length }, () => ({
      thread: new Worker(workerUrl, { workerData: subject, execArgv: [] }),
      job: null,
    }));
  }

  work(): Promise<Evaluation> {
    return new Promise((resolve, reject) => {
      for (const member of this.#members) {
        const { thread } = member;
        thread.on("message", (answer: SiteAnswer) => {
          this.#take(member, answer);
          if (this.#run.complete) resolve(this.#run.result());
        });
        thread.on("error", reject);
        thread.on("messageerror", reject);
        thread.on("exit", (code) => reject(new Error(`a thread of the evaluation ended with code ${code}`)));
      }
      this.#assign();
    });
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.#members.map(({ thread }) => thread.terminate()));
  }

  #take(member: Member, answer: SiteAnswer): void {
    if (answer.op === "ran") {
      // A site that another worker learned already is learned anew rather than waited for: that is beyond the plan.
      this.#doneDays = Math.min(this.#totalDays, this.#doneDays + answer.days);
      this.#progress(this.#doneDays, this.#totalDays, answer.doing);
    } else if (member.job) {
      this.#run.finish(member.job, answer.outcomes);
      member.job = null;
      this.#assign();
    }
  }

  /** Gives all who are idle what can be done now. */
  #assign(): void {
    for (const [index, member] of this.#members.entries()) {
      if (member.job) continue;
      const task = this.#run.next(index);
      member.job = task?.job ?? null;
      if (task) member.thread.postMessage(task);
    }
  }
}
