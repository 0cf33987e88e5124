import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { CountyPage } from "../rig/county-page.ts";

let rig: CloudRig;
let county: CountyPage;

/** A gateway that is never heard: its silence opens a case. */
beforeAll(async () => {
  rig = await startCloudRig({ gatewaySilentAfterMs: 1_000 });
  county = await CountyPage.open(rig.httpPort, "case", { path: "/#/cases" });
});
afterAll(async () => {
  await county?.close();
  await rig?.close();
});

describe("a case on the page", () => {
  it("appearsInTheListByItselfAndOpensAtItsOwnAddress", async () => {
    const line = county.page.locator(".case-link").first();
    await line.waitFor({ timeout: 60_000 });
    await county.shoot("1-list");
    await line.click();
    await county.sees("办理记录");
    expect(new URL(county.page.url()).hash).toMatch(/^#\/cases\/.+/);
  });

  it("isAcknowledgedDecidedAndClosedByWhoMay", async () => {
    await county.page.getByRole("button", { name: /确认收到/ }).click();
    await county.sees("已确认收到");
    await county.page.getByLabel(/设备故障/).check();
    await county.page.getByLabel(/依据/).fill("网关电源松脱，已重新插好");
    await county.page.getByRole("button", { name: /写入判定/ }).click();
    await county.sees("设备故障 · 网关电源松脱，已重新插好");
    await county.page.getByRole("button", { name: /结案/ }).click();
    await county.sees("已结案");
    await county.shoot("2-closed");
    expect(await county.page.getByRole("button", { name: /确认收到|写入判定|结案/ }).count()).toBe(0);
    expect(county.complaints).toEqual([]);
  });
});
