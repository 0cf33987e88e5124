import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { CountyPage } from "../rig/county-page.ts";
import { HandGateway } from "../rig/hand-gateway.ts";
import { openingRecords, quietSamples } from "../rig/written-plant.ts";

const HOUR_MS = 3_600_000;
const QUIET_MS = 10 * 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const EPOCH = "00000000000000b0";

let rig: CloudRig;
let gateway: HandGateway;
let county: CountyPage;
/** The plant's time: ten quiet days that end now. */
const utcAtZeroMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - QUIET_MS;

beforeAll(async () => {
  rig = await startCloudRig();
  county = await CountyPage.open(rig.httpPort, "page");
});
afterAll(async () => {
  await county?.close();
  await gateway?.close();
  await rig?.close();
});

describe("the county's page, never reloaded", () => {
  it("callsASiteUnknownOfWhichNothingWasHeard", async () => {
    await county.seesExactly("青石精细染化厂（演示）");
    await county.seesExactly("不明");
    expect(await county.page.getByText("封停", { exact: true }).count()).toBe(0);
    await county.shoot("1-unknown");
  });

  it("showsTheQuietTimeAsItArrivesAndAsksForTheBaseline", async () => {
    gateway = await HandGateway.connect(rig, EPOCH);
    await gateway.send(openingRecords(utcAtZeroMs));
    for (let atMs = 0; atMs < QUIET_MS; atMs += 6 * HOUR_MS) {
      await gateway.send(quietSamples(atMs, atMs + 6 * HOUR_MS, utcAtZeroMs));
    }
    await county.seesExactly("学习中");
    await county.page.getByRole("textbox").waitFor({ state: "visible" });
    await county.shoot("2-learning");
  });

  it("aPersonAcceptsTheBaselineAndTheSiteIsSealed", async () => {
    await county.page.getByRole("textbox").fill("周值班");
    await county.page.getByRole("button", { name: /确认|接受|accept/i }).click();
    await county.sees(/周值班 于 .* 确认/);
    await gateway.send(quietSamples(QUIET_MS, QUIET_MS + 3 * MINUTE_MS, utcAtZeroMs));
    await county.seesExactly("封停");
    await county.shoot("3-sealed");
  });

  it("aCutSealAppearsAtOnceInOrangeWithItsReason", async () => {
    const atMs = QUIET_MS + 3 * MINUTE_MS;
    await gateway.send([{ type: "event", atMs, event: "contact-changed", channel: 3, value: 0 }]);
    await county.seesExactly("有迹象");
    await county.sees(/封条 S2 于 .* 断开/);
    await county.shoot("4-signs");
  });

  it("risingPowerTurnsItRedWithTwoReasons", async () => {
    const fromMs = QUIET_MS + 3 * MINUTE_MS;
    await gateway.send(quietSamples(fromMs, fromMs + 5 * MINUTE_MS, utcAtZeroMs, 18_000));
    await county.seesExactly("复产");
    await county.sees(/功率 .* kW，封停基线/);
    await county.shoot("5-restarted");
  });

  it("aPersonHasTheBaselineLearnedAnewAndSaysWhy", async () => {
    await county.page.getByText("重新学习基线").click();
    await county.page.getByLabel("理由").fill("新增冷库，常态已变");
    await county.shoot("6-relearn");
    await county.page.getByRole("button", { name: /作废并重新学习/ }).click();
    await county.sees(/要求重新学习：新增冷库，常态已变/);
    const fromMs = QUIET_MS + 8 * MINUTE_MS;
    await gateway.send(quietSamples(fromMs, fromMs + 5 * MINUTE_MS, utcAtZeroMs));
    await county.sees(/学习中 learning/);
    await county.shoot("7-learning-anew");
  });

  it("didAllOfItWithoutAReloadAndWithoutAComplaint", () => {
    expect(county.loads).toBe(1);
    expect(county.complaints).toEqual([]);
  });
});
