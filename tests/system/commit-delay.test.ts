import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, it } from "vitest";
import { stringify } from "yaml";
import { expectWithin, measuredAgain } from "../rig/measured-again.ts";
import { type ProductProcess, startProduct } from "../rig/product-process.ts";
import { GATEWAY } from "../rig/site-files.ts";

const INTERVAL_MS = 1_000;
const RUN_MS = 21_000;
/** Of one meter in that time; fewer is late in itself. */
const POLLS_MIN = 17;
const FOLDER = mkdtempSync(join(tmpdir(), "sealwatch-cadence-"));
const ANSWERS = join(FOLDER, "answers.log");
const METERS = [
  { id: "meter-1", unit: 1, profile: "eastron/sdm630" },
  { id: "meter-2", unit: 2, profile: "eastron/sdm72" },
  { id: "meter-3", unit: 3, profile: "eastron/sdm120" },
];

let plant: ProductProcess;
let gateway: ProductProcess;
beforeAll(async () => {
  const asked = ["--mode", "test", "--scenario", "all-devices", "--port", "0", "--answers", ANSWERS];
  plant = startProduct("firmware-sim", asked);
  const { modbusPort: port } = await plant.listening;
  const file = join(FOLDER, "gateway.yaml");
  writeFileSync(
    file,
    stringify({
      gateway: GATEWAY,
      mode: "test",
      dataDir: join(FOLDER, "gateway"),
      broker: { url: "mqtt://127.0.0.1:9" },
      links: [{ id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port }],
      devices: METERS.map((meter) => ({
        ...meter,
        link: "bus-1",
        supply: "auxiliary",
        intervalMs: INTERVAL_MS,
      })),
      // Every commit is under way when the next is due.
      segments: { everyMs: 1_000, tailCommitMs: 400 },
      faults: { commitDelayMs: 500 },
    }),
  );
  gateway = startProduct("gateway", ["run", "--config", file]);
});
afterAll(async () => {
  await Promise.all([gateway.stop(), plant.stop()]);
  rmSync(FOLDER, { recursive: true, force: true });
});

it("aCardThatTakesHalfASecondForEachCommitDelaysNoPoll", { timeout: 240_000 }, () =>
  measuredAgain(async () => {
    const fromMs = Date.now();
    await new Promise((resolve) => setTimeout(resolve, RUN_MS));
    const answers = readFileSync(ANSWERS, "utf8").trim().split("\n");
    const late = METERS.flatMap(({ unit }) => {
      const times = answers
        .map((line) => line.split(" ").map(Number))
        .flatMap(([at = 0, of]) => (of === unit && at >= fromMs ? [at] : []));
      if (times.length < POLLS_MIN) return [Number.POSITIVE_INFINITY];
      // The first comes with the start.
      return times.slice(2).map((at, index) => Math.abs(at - (times[index + 1] ?? 0) - INTERVAL_MS));
    }).toSorted((left, right) => left - right);
    const p99 = late[Math.ceil(late.length * 0.99) - 1] ?? Number.POSITIVE_INFINITY;
    console.log(`cadence of ${late.length} polls: p99 ${p99} ms off, median ${late[late.length >> 1]} ms`);
    expectWithin(INTERVAL_MS * 0.1, "what ninety-nine of a hundred polls are off", p99);
  }),
);
