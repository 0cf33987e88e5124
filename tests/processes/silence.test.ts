import type { AlertView } from "@sealwatch/cloud";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { CountyClient } from "../rig/county-client.ts";
import { HandGateway } from "../rig/hand-gateway.ts";
import { SITE } from "../rig/site-files.ts";
import { openingRecords, quietSamples } from "../rig/written-plant.ts";

const MINUTE_MS = 60_000;
/** Longer than a busy machine stands still between a segment and a look at what it says. */
const SILENT_AFTER_MS = 12_000;
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

/** The next alert that meets a condition, from a live stream. */
async function nextAlert(
  events: AsyncGenerator<AlertView>,
  meets: (alert: { class: string; closedMs: number | null }) => boolean,
) {
  for await (const alert of events) if (meets(alert)) return alert;
  throw new Error("the stream ended");
}

describe("silence", { timeout: 120_000 }, () => {
  it("aGatewayThatFallsSilentMakesItsSiteUnknownAndRaisesBlue", async () => {
    const gateway = await HandGateway.connect(rig, "00000000000000c0");
    await gateway.send([...openingRecords(utcAtZeroMs), ...quietSamples(0, 50 * MINUTE_MS, utcAtZeroMs)]);
    expect((await county.site(SITE)).verdict).toBe("learning");
    const events = await county.alertEvents(over.signal);
    const raised = nextAlert(events, (alert) => alert.class === "silence" && alert.closedMs === null);
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
