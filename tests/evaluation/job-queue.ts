import type { SiteJob } from "./site-job.ts";

/** Hands out a plan's jobs to workers, so that a site is watched where it was learned unless somebody would stand idle for it. */
export class JobQueue {
  readonly #waiting: SiteJob[];
  /** By seed: the worker that watched its quiet stretches and still knows what was learned. */
  readonly #learners = new Map<number, number>();
  #quietLeft: number;

  constructor(jobs: readonly SiteJob[]) {
    this.#waiting = [...jobs];
    this.#quietLeft = jobs.filter(({ part }) => part === "quiet").length;
  }

  /** True once every quiet stretch was watched: restarts may begin. */
  get quietDone(): boolean {
    return this.#quietLeft === 0;
  }

  /** The next job for a worker that has none; null: nothing can be done now. */
  take(worker: number): SiteJob | null {
    const choices = [
      this.#waiting.findIndex(({ part }) => part === "quiet"),
      this.#findRestart((learner) => learner === worker),
      this.#findRestart((learner) => learner === undefined),
      this.#waiting.findIndex(({ part }) => part === "ten-seconds"),
      // From the end, where the learner itself comes last.
      this.quietDone ? this.#waiting.length - 1 : -1,
    ];
    const index = choices.find((choice) => choice >= 0);
    if (index === undefined) return null;
    const [job = null] = this.#waiting.splice(index, 1);
    if (job?.part === "quiet") this.#learners.set(job.seed, worker);
    return job;
  }

  finish({ part }: SiteJob): void {
    if (part === "quiet") this.#quietLeft--;
  }

  #findRestart(wanted: (learner: number | undefined) => boolean): number {
    if (!this.quietDone) return -1;
    return this.#waiting.findIndex(
      ({ part, seed }) => part === "restarts" && wanted(this.#learners.get(seed)),
    );
  }
}
