import { benchBus } from "./bus.ts";
import { benchGateway } from "./gateway-bench.ts";
import { benchUplink } from "./uplink-bench.ts";

/** By name: each prints what it did and gives what the last line says as JSON. */
const BENCHES: Readonly<Record<string, () => Promise<object>>> = {
  bus: benchBus,
  gateway: benchGateway,
  uplink: benchUplink,
};

const name = process.argv[2] ?? "";
const bench = BENCHES[name];
if (bench) console.log(JSON.stringify(await bench()));
else {
  console.error(`npm run bench -- <name>, of ${Object.keys(BENCHES).join(", ")}`);
  process.exitCode = 2;
}
