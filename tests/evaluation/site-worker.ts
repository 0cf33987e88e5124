import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { SiteTask } from "./evaluation-run.ts";
import type { RunOutcome } from "./runs.ts";
import { SiteRunner, type Subject } from "./site-runner.ts";

/** What a worker tells: each run when it has ended, then the whole task. What it throws ends the evaluation. */
export type SiteAnswer =
  | { readonly op: "ran"; readonly days: number; readonly doing: string }
  | { readonly op: "done"; readonly outcomes: readonly RunOutcome[] };

function work(port: MessagePort): void {
  const runner = new SiteRunner(workerData as Subject);
  const tell = (answer: SiteAnswer): void => port.postMessage(answer);
  port.on("message", (task: SiteTask) => {
    const outcomes = runner.run(task, (days, doing) => tell({ op: "ran", days, doing }));
    tell({ op: "done", outcomes });
  });
}

if (parentPort) work(parentPort);
