import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { CountyPage } from "../rig/county-page.ts";
import { HandGateway } from "../rig/hand-gateway.ts";
import { openingRecords, quietSamples } from "../rig/written-plant.ts";

const MINUTE_MS = 60_000;
const QUIET_MS = 12 * 60 * MINUTE_MS;
const EPOCH = "00000000000000b9";

let rig: CloudRig;
let gateway: HandGateway;
let county: CountyPage;
/** The plant's time: a quiet half day that ends now. */
const utcAtZeroMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - QUIET_MS;

beforeAll(async () => {
  rig = await startCloudRig();
  county = await CountyPage.open(rig.httpPort, "removed");
});
afterAll(async () => {
  await county?.close();
  await gateway?.close();
  await rig?.close();
});

/** The list that the gateway began with, without a device. */
function listWithout(device: string, atMs: number) {
  return openingRecords(utcAtZeroMs).flatMap((record) =>
    record.type === "channels"
      ? { ...record, atMs, channels: record.channels.filter((channel) => channel.device !== device) }
      : [],
  );
}

describe("a device that a changed configuration leaves out", () => {
  it("leavesItsSiteUnknownAndIsPutToAPerson", async () => {
    gateway = await HandGateway.connect(rig, EPOCH);
    await gateway.send(openingRecords(utcAtZeroMs));
    await gateway.send(quietSamples(0, QUIET_MS, utcAtZeroMs));
    await gateway.send(listWithout("gas-1", QUIET_MS - MINUTE_MS));
    await county.sees(/不再在网关通道表中的设备：gas-1（/);
    await county.sees(/gas-1（气体）自 .* 起不在网关的通道表中/);
    await county.seesExactly("不明");
    await county.shoot("1-removed");
  });

  it("isMissedNoMoreOnceAPersonAcceptedWhatIsLeft", async () => {
    await county.page.getByLabel("确认人姓名").fill("周值班");
    await county.page.getByRole("button", { name: /确认现有设备/ }).click();
    await county.seesNoMore(/不再在网关通道表中的设备/);
    const atMs = Date.now() - utcAtZeroMs + MINUTE_MS;
    await gateway.send(quietSamples(atMs, atMs + MINUTE_MS, utcAtZeroMs));
    await county.seesExactly("学习中");
    await county.shoot("2-accepted");
    expect(county.complaints).toEqual([]);
  });
});
