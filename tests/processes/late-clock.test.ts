import { chartSchema } from "@sealwatch/cloud";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { HandGateway } from "../rig/hand-gateway.ts";
import { SITE } from "../rig/site-files.ts";
import { openingRecords, quietSamples } from "../rig/written-plant.ts";

const HOUR_MS = 3_600_000;
let rig: CloudRig;
beforeAll(async () => {
  rig = await startCloudRig();
}, 180_000);
afterAll(() => rig.close());

it("hoursWithoutATimeAreDatedAsSoonAsTheEpochKnowsIt", { timeout: 180_000 }, async () => {
  const nowMs = Date.now();
  const startMs = nowMs - 3 * HOUR_MS;
  const gateway = await HandGateway.connect(rig, "00000000000000aa");
  const opening = openingRecords(startMs).filter(({ type }) => type !== "clock");
  await gateway.send([...opening, ...quietSamples(0, 2 * HOUR_MS, startMs)]);
  expect(await charted(startMs, nowMs)).toBe(0);
  await gateway.send([
    {
      type: "clock",
      atMs: 2 * HOUR_MS,
      utcMs: startMs + 2 * HOUR_MS,
      uncertaintyMs: 1_000,
      source: "system",
    },
    ...quietSamples(2 * HOUR_MS, 3 * HOUR_MS - 60_000, startMs),
  ]);
  expect(await charted(startMs, startMs + 2 * HOUR_MS - 60_000)).toBeGreaterThan(50);
  await gateway.close();
});

/** Points of any series between two moments that have a value. */
async function charted(fromMs: number, toMs: number): Promise<number> {
  const url = `http://127.0.0.1:${rig.httpPort}/api/v1/sites/${SITE}/chart?fromMs=${fromMs}&toMs=${toMs}&points=500`;
  const chart = chartSchema.parse(await (await fetch(url)).json());
  return chart.series.reduce((sum, { mean }) => sum + mean.filter((value) => value !== null).length, 0);
}
