import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Terminal } from "../demo/terminal.ts";
import { floorFrom, floorSchema, regressions } from "./floor.ts";
import { goalsOf, pairedResults } from "./goals.ts";
import { FULL, QUICK, watchedScenarios } from "./plan.ts";
import { reportPage } from "./report-page.ts";
import { scoreAll } from "./scoreboard.ts";
import { evaluate, type Progress, WORKERS_MAX } from "./site-crew.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    report: { type: "string", default: "evaluation-report" },
    /** Threads; the result is the same with any number. */
    workers: { type: "string", default: `${Math.min(availableParallelism(), WORKERS_MAX)}` },
    /** Makes what a quick run reached the floor that later ones must hold. */
    agree: { type: "boolean", default: false },
  },
});
const workers = Number(values.workers);
if (!Number.isInteger(workers) || workers < 1 || workers > WORKERS_MAX)
  throw new RangeError(`--workers: write a whole number from 1 to ${WORKERS_MAX}`);
const plan = values.quick ? QUICK : FULL;
const terminal = new Terminal(process.stderr);
const began = performance.now();
const progress: Progress = (done, total, doing) => {
  const spentS = (performance.now() - began) / 1_000;
  const leftS = Math.max(0, (spentS / done) * (total - done));
  const left = leftS < 90 ? `${Math.round(leftS)} s` : `${Math.round(leftS / 60)} min`;
  const text = `${Math.round(done)} of ${Math.round(total)} simulated days, ${left} left: ${doing}`;
  terminal.progress(Math.min(1, done / total), text);
};
const workerUrl = new URL("./site-worker.js", import.meta.url);
const subject = { plan, scenarios: watchedScenarios() };
const evaluation = await evaluate(subject, { workers, workerUrl, progress });
const scores = scoreAll(evaluation);
const paired = pairedResults(evaluation);
const goals = goalsOf(scores, paired, evaluation);
const spentS = Math.round((performance.now() - began) / 1_000);

mkdirSync(values.report, { recursive: true });
writeFileSync(join(values.report, "index.html"), reportPage({ evaluation, scores, paired, goals, spentS }));
writeFileSync(join(values.report, "report.json"), JSON.stringify({ scores, paired, goals }, null, 1));
terminal.line(`report: ${join(values.report, "index.html")} (${spentS} s)`);

const floorFile = join("tests", "evaluation", "floor.json");
if (values.quick && values.agree) {
  const restarts = evaluation.scenarios.filter(({ truth }) => truth.restart).map(({ name }) => name);
  writeFileSync(floorFile, `${JSON.stringify(floorFrom(scores, new Set(restarts)), null, 2)}\n`);
}
const floor = floorSchema.parse(JSON.parse(readFileSync(floorFile, "utf8")));
const failures = values.quick
  ? regressions(scores, floor)
  : goals.filter(({ met }) => !met).map(({ name, detail }) => `${name}: ${detail}`);
for (const failure of failures) terminal.line(`MISSED ${failure}`);
console.log(JSON.stringify(scores));
process.exitCode = failures.length === 0 ? 0 : 1;
