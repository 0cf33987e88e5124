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
/** Of the gateway on a slow card, and of one beside it whose card is not: that one shows what the machine itself is late by. */
const ON_A_SLOW_CARD = [
  { id: "meter-1", unit: 1, profile: "eastron/sdm630" },
  { id: "meter-2", unit: 2, profile: "eastron/sdm72" },
  { id: "meter-3", unit: 3, profile: "eastron/sdm120" },
];
const ON_ANOTHER = [
  { id: "meter-4", unit: 4, profile: "chint/dtsu666" },
  { id: "meter-5", unit: 5, profile: "schneider/iem3155" },
  { id: "meter-8", unit: 8, profile: "inepro/pro380" },
];

let plant: ProductProcess;
const gateways: ProductProcess[] = [];
beforeAll(async () => {
  const asked = ["--mode", "test", "--scenario", "all-devices", "--port", "0", "--answers", ANSWERS];
  plant = startProduct("firmware-sim", asked);
  const { modbusPort: port } = await plant.listening;
  start("slow", ON_A_SLOW_CARD, port, { commitDelayMs: 500 });
  start("other", ON_ANOTHER, port, {});
});

function start(name: string, meters: readonly { id: string }[], port = 0, faults: object = {}): void {
  const file = join(FOLDER, `${name}.yaml`);
  writeFileSync(
    file,
    stringify({
      gateway: GATEWAY,
      mode: "test",
      dataDir: join(FOLDER, name),
      broker: { url: "mqtt://127.0.0.1:9" },
      links: [{ id: "bus-1", kind: "modbus-tcp", host: "127.0.0.1", port }],
      devices: meters.map((meter) => ({
        ...meter,
        link: "bus-1",
        supply: "auxiliary",
        intervalMs: INTERVAL_MS,
      })),
      // Every commit is under way when the next is due.
      segments: { everyMs: 1_000, tailCommitMs: 400 },
      faults,
    }),
  );
  gateways.push(startProduct("gateway", ["run", "--config", file]));
}
afterAll(async () => {
  await Promise.all([...gateways, plant].map((one) => one.stop()));
  rmSync(FOLDER, { recursive: true, force: true });
});

/** By how much ninety-nine of a hundred polls of these meters are off their interval, since a moment. */
function offMs(meters: readonly { unit: number }[], fromMs: number): number {
  const answers = readFileSync(ANSWERS, "utf8").trim().split("\n");
  const late = meters.flatMap(({ unit }) => {
    const times = answers
      .map((line) => line.split(" ").map(Number))
      .flatMap(([at = 0, of]) => (of === unit && at >= fromMs ? [at] : []));
    if (times.length < POLLS_MIN) return [Number.POSITIVE_INFINITY];
    // The first comes with the start.
    return times.slice(2).map((at, index) => Math.abs(at - (times[index + 1] ?? 0) - INTERVAL_MS));
  });
  return (
    late.toSorted((left, right) => left - right)[Math.ceil(late.length * 0.99) - 1] ??
    Number.POSITIVE_INFINITY
  );
}

it("aCardThatTakesHalfASecondForEachCommitDelaysNoPoll", { timeout: 240_000 }, () =>
  measuredAgain(async () => {
    const fromMs = Date.now();
    await new Promise((resolve) => setTimeout(resolve, RUN_MS));
    const [slow, other] = [offMs(ON_A_SLOW_CARD, fromMs), offMs(ON_ANOTHER, fromMs)];
    console.log(`cadence: p99 ${slow} ms off on a slow card, ${other} ms on another`);
    const machineMs = Number.isFinite(other) ? other : 0;
    expectWithin(
      INTERVAL_MS * 0.1,
      "what a slow card puts off ninety-nine of a hundred polls by",
      slow - machineMs,
    );
  }),
);
