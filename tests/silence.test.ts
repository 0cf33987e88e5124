import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "./rig/cloud-rig.ts";
import { CountyClient } from "./rig/county-client.ts";
import { HandGateway } from "./rig/hand-gateway.ts";
import { SITE } from "./rig/site-files.ts";
import { openingRecords, quietSamples } from "./rig/written-plant.ts";

const MINUTE_MS = 60_000;
const SILENT_AFTER_MS = 1_500;
const utcAtZeroMs = Date.now() - 60 * MINUTE_MS;

let rig: CloudRig;
let county: CountyClient;
const over = new AbortController();

beforeAll(async () => {
  rig = await startCloudRig({ gatewaySilentAfterMs: SILENT_AFTER_MS });
  county = new CountyClient(rig.httpPort);
});
afterAll(async () => {
  over.abort();
  await rig.close();
});

/** The next alert that meets a condition, from the live stream. */
async function nextAlert(meets: (alert: { class: string; closedMs: number | null }) => boolean) {
  for await (const alert of county.alertEvents(over.signal)) if (meets(alert)) return alert;
  throw new Error("the stream ended");
}

describe("silence", { timeout: 30_000 }, () => {
  it("aGatewayThatFallsSilentMakesItsSiteUnknownAndRaisesBlue", async () => {
    const gateway = await HandGateway.connect(rig, "00000000000000c0");
    await gateway.send([...openingRecords(utcAtZeroMs), ...quietSamples(0, 50 * MINUTE_MS, utcAtZeroMs)]);
    expect((await county.site(SITE)).verdict).toBe("learning");
    const raised = nextAlert((alert) => alert.class === "silence");
    await gateway.close();
    const alert = await raised;
    expect(alert.level).toBe("blue");
    expect(alert.reasons[0]?.text.zh).toContain("gw-000001");
    expect((await county.site(SITE)).verdict).toBe("unknown");
  });

  it("aDeviceThatStopsAnsweringMakesItsSiteUnknown", async () => {
    const gateway = await HandGateway.connect(rig, "00000000000000c1");
    await gateway.send([
      ...openingRecords(utcAtZeroMs + 52 * MINUTE_MS),
      { type: "event", atMs: 5_000, event: "device-lost", device: "meter-1" },
    ]);
    const site = await county.site(SITE);
    expect(site.verdict).toBe("unknown");
    expect(site.channels.find((channel) => channel.device === "meter-1")?.latest?.quality).toBe("no-answer");
    await gateway.close();
  });

  it("survivesARestartOfTheCloud", async () => {
    await rig.process.kill();
    await rig.restart();
    expect((await county.site(SITE)).verdict).toBe("unknown");
    expect((await county.alerts()).filter((alert) => alert.class === "silence").length).toBeGreaterThan(0);
  });
});
