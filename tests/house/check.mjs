// The gate before a commit: format and lint, types, dependency direction and cycles, dead code, house style. Under a minute.
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";

/** Fewer cruised modules than this means that the cruiser looked at nothing. */
const MODULES_MIN = 150;
const FOLDERS = ["platform", "protocols", "gateway", "cloud", "firmware-sim", "tests"];

const steps = [
  ["format and lint", "biome", ["check", "."]],
  ["types of the packages", "tsc", ["-b"]],
  ["types of the tests", "tsc", ["-p", "tsconfig.tests.json"]],
  ["direction and cycles", "depcruise", ["--config", ".dependency-cruiser.cjs", ...FOLDERS], cruisedEnough],
  ["dead code", "knip", ["--no-progress"]],
  ["house style", "node", ["tests/house/tidy.mjs"]],
];

function cruisedEnough(output) {
  const modules = Number(/(\d+) modules/.exec(output)?.[1] ?? 0);
  return modules >= MODULES_MIN
    ? null
    : `only ${modules} modules were looked at, expected at least ${MODULES_MIN}`;
}

let failed = 0;
for (const [name, command, args, inspect] of steps) {
  const started = performance.now();
  const runner = command === "node" ? process.execPath : "npx";
  const { status, stdout, stderr } = spawnSync(
    runner,
    command === "node" ? args : ["--no-install", command, ...args],
    {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const complaint = status === 0 ? inspect?.(stdout) : `exit code ${status}`;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${complaint ? "FAIL" : "ok  "} ${name} (${seconds} s)${complaint ? `: ${complaint}` : ""}`);
  if (complaint) {
    failed++;
    console.log(`${stdout}\n${stderr}`.trim());
  }
}
process.exit(failed === 0 ? 0 : 1);
