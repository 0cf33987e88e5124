import { seededRandom } from "@sealwatch/platform";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CountyClient } from "../rig/county-client.ts";
import { PlantRig } from "../rig/plant-rig.ts";
import { auditReplica } from "../rig/replica-audit.ts";
import { GATEWAY, SITE } from "../rig/site-files.ts";
import { askStep } from "../rig/step-client.ts";

const KILLS_EACH = 20;
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2024, 8, 1);
/** Segments that must come in between two kills, at least: the stream is under way when it is cut. */
const SEGMENTS_BETWEEN = 8;

const rig = new PlantRig();
beforeAll(() => rig.start(START_MS), 180_000);
afterAll(() => rig.close());

/** The gateway's own count: tells the moment without asking the cloud, which may be dead. */
function gatewayTook(readings: number): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    rig.gateway?.onMessage((message) => {
      const { readings: total } = message as { readings?: number };
      if (total === undefined) return;
      first ??= total;
      if (total - first >= readings) resolve();
    });
  });
}

async function cloudTook(segments: number): Promise<void> {
  const county = new CountyClient(rig.httpPort);
  const first = await held(county);
  while ((await held(county)) < first + segments) await new Promise((wake) => setTimeout(wake, 20));
}

/** Waits until the replica holds everything up to a moment of the plant. */
async function cloudReaches(utcMs: number): Promise<void> {
  const county = new CountyClient(rig.httpPort);
  const reached = async () => (await county.site(SITE)).gateways[0]?.recordedToMs ?? 0;
  while ((await reached()) < utcMs) await new Promise((wake) => setTimeout(wake, 50));
}

async function held(county: CountyClient): Promise<number> {
  return (await county.site(SITE)).gateways[0]?.segments ?? 0;
}

describe("killed twenty times each in mid-stream", { timeout: 400_000 }, () => {
  it("gatewayAndCloudContinueAndTheReplicaStaysWhole", async () => {
    const seed = Number(process.env["SEALWATCH_SEED"] ?? 20_241_022);
    console.log(`seed ${seed} (set SEALWATCH_SEED to repeat another)`);
    const random = seededRandom(seed);
    for (let kill = 0; kill < KILLS_EACH; kill++) {
      await cloudTook(SEGMENTS_BETWEEN + Math.floor(random.uniform() * 20));
      await rig.gateway?.kill();
      rig.startGateway();
      await gatewayTook(200 + Math.floor(random.uniform() * 2000));
      await rig.cloud?.kill();
      await rig.startCloud();
    }
    const until = await askStep(rig.stepPort, { op: "now" });
    await cloudReaches(until?.wallMs ?? 0);
    await rig.gateway?.stop();
    await rig.cloud?.stop();

    const audit = await auditReplica(rig.cloudDatabase, GATEWAY);
    expect(audit.chainBreaks).toBe(0);
    expect(audit.epochs).toBe(KILLS_EACH + 1);
    const untilMs = until?.wallMs ?? 0;
    const minutes = Math.floor((untilMs - START_MS) / MINUTE_MS);
    expect(audit.misplacedSamples).toBe(0);
    expect(audit.sampleTimesMs.size).toBe(3);
    const [rare, ...polled] = [...audit.sampleTimesMs.values()].toSorted((a, b) => a.length - b.length);
    // What the meter says of itself: every ten minutes, and at each start.
    expect(rare?.length).toBeGreaterThanOrEqual(minutes / 10 - KILLS_EACH);
    const lost: number[] = [];
    for (const all of polled) {
      // A restarted gateway polls at once, and simulated time has not moved meanwhile: such a moment was polled in two epochs.
      const moments = new Set(all.filter((time) => time < untilMs));
      // A kill may take the readings of the last ten seconds before it: here at most one moment.
      expect(moments.size).toBeGreaterThanOrEqual(minutes - KILLS_EACH);
      lost.push(minutes - moments.size);
    }
    console.log(
      `${audit.segments} segments in ${audit.epochs} epochs, ${minutes} simulated minutes, moments lost at kills: ${lost}`,
    );
  });
});
