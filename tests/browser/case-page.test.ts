import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";

const CHROMIUM = "/usr/bin/chromium";
const screenshots = mkdtempSync(join(tmpdir(), "sealwatch-case-"));
let rig: CloudRig;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

/** A gateway that is never heard: its silence opens a case. */
beforeAll(async () => {
  rig = await startCloudRig({ gatewaySilentAfterMs: 1_000 });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`http://127.0.0.1:${rig.httpPort}/#/cases`);
});
afterAll(async () => {
  await browser?.close();
  await rig?.close();
  console.log(`screenshots in ${screenshots}`);
});

const shoot = (name: string) => page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
const sees = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 60_000 });

describe("a case on the page", () => {
  it("appearsInTheListByItselfAndOpensAtItsOwnAddress", async () => {
    const line = page.locator(".case-link").first();
    await line.waitFor({ timeout: 60_000 });
    await shoot("1-list");
    await line.click();
    await sees("办理记录");
    expect(new URL(page.url()).hash).toMatch(/^#\/cases\/.+/);
  });

  it("isAcknowledgedDecidedAndClosedByWhoMay", async () => {
    await page.getByRole("button", { name: /确认收到/ }).click();
    await sees("已确认收到");
    await page.getByLabel(/设备故障/).check();
    await page.getByLabel(/依据/).fill("网关电源松脱，已重新插好");
    await page.getByRole("button", { name: /写入判定/ }).click();
    await sees("设备故障 · 网关电源松脱，已重新插好");
    await page.getByRole("button", { name: /结案/ }).click();
    await sees("已结案");
    await shoot("2-closed");
    expect(await page.getByRole("button", { name: /确认收到|写入判定|结案/ }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
