import { benchApi } from "./api-bench.ts";
import { benchBus } from "./bus.ts";
import { benchDetect } from "./detect.ts";
import { benchDrain } from "./drain.ts";
import { benchGateway } from "./gateway-bench.ts";
import { missedGoals } from "./goals.ts";
import { benchUplink } from "./uplink-bench.ts";

/** By name: each prints what it did and gives what the last line says as JSON; a missed goal makes the exit code 1. */
const BENCHES: Readonly<Record<string, () => Promise<object>>> = {
  api: benchApi,
  bus: benchBus,
  detect: benchDetect,
  drain: benchDrain,
  gateway: benchGateway,
  uplink: benchUplink,
};

/** How often at most: what else this machine does can spoil a time, and no count of bytes. */
const RUNS_MAX: Readonly<Record<string, number>> = { detect: 3, drain: 3 };

const name = process.argv[2] ?? "";
const bench = BENCHES[name];
if (bench) {
  let result = await bench();
  const missedNow = () => missedGoals(name, result as Readonly<Record<string, unknown>>);
  for (let runs = 1; missedNow().length > 0 && runs < (RUNS_MAX[name] ?? 1); runs++) {
    console.error(`measured again: ${missedNow().join("; ")}`);
    result = await bench();
  }
  const missed = missedNow();
  for (const goal of missed) console.error(`missed: ${goal}`);
  if (missed.length > 0) process.exitCode = 1;
  console.log(JSON.stringify(result));
} else {
  console.error(`npm run bench -- <name>, of ${Object.keys(BENCHES).join(", ")}`);
  process.exitCode = 2;
}
