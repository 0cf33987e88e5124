import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { HandGateway } from "../rig/hand-gateway.ts";
import { openingRecords, quietSamples } from "../rig/written-plant.ts";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const HOUR_MS = 3_600_000;
const QUIET_MS = 10 * 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const EPOCH = "00000000000000b0";

const screenshots = mkdtempSync(join(tmpdir(), "sealwatch-page-"));
let rig: CloudRig;
let gateway: HandGateway;
let browser: Browser;
let page: Page;
let loads = 0;
const complaints: string[] = [];
/** The plant's time: ten quiet days that end now. */
const utcAtZeroMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - QUIET_MS;

beforeAll(async () => {
  rig = await startCloudRig();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on("load", () => loads++);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.goto(`http://127.0.0.1:${rig.httpPort}/`);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await rig?.close();
  console.log(`screenshots in ${screenshots}`);
});

/** A string must be the whole text of its element. */
async function sees(text: string | RegExp): Promise<void> {
  await page.getByText(text, { exact: true }).first().waitFor({ state: "visible", timeout: 60_000 });
}
const shoot = (name: string) => page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });

describe("the county's page, never reloaded", () => {
  it("callsASiteUnknownOfWhichNothingWasHeard", async () => {
    await sees("青石精细染化厂（演示）");
    await sees("不明");
    expect(await page.getByText("封停", { exact: true }).count()).toBe(0);
    await shoot("1-unknown");
  });

  it("showsTheQuietTimeAsItArrivesAndAsksForTheBaseline", async () => {
    gateway = await HandGateway.connect(rig, EPOCH);
    await gateway.send(openingRecords(utcAtZeroMs));
    for (let atMs = 0; atMs < QUIET_MS; atMs += 6 * HOUR_MS) {
      await gateway.send(quietSamples(atMs, atMs + 6 * HOUR_MS, utcAtZeroMs));
    }
    await sees("学习中");
    await page.getByRole("textbox").waitFor({ state: "visible" });
    await shoot("2-learning");
  });

  it("aPersonAcceptsTheBaselineAndTheSiteIsSealed", async () => {
    await page.getByRole("textbox").fill("周值班");
    await page.getByRole("button", { name: /确认|接受|accept/i }).click();
    await sees(/周值班 于 .* 确认/);
    await gateway.send(quietSamples(QUIET_MS, QUIET_MS + 3 * MINUTE_MS, utcAtZeroMs));
    await sees("封停");
    await shoot("3-sealed");
  });

  it("aCutSealAppearsAtOnceInOrangeWithItsReason", async () => {
    const atMs = QUIET_MS + 3 * MINUTE_MS;
    await gateway.send([{ type: "event", atMs, event: "contact-changed", channel: 3, value: 0 }]);
    await sees("有迹象");
    await sees(/封条 S2 于 .* 断开/);
    await shoot("4-signs");
  });

  it("risingPowerTurnsItRedWithTwoReasons", async () => {
    const fromMs = QUIET_MS + 3 * MINUTE_MS;
    await gateway.send(quietSamples(fromMs, fromMs + 5 * MINUTE_MS, utcAtZeroMs, 18_000));
    await sees("复产");
    await sees(/功率 .* kW，封停基线/);
    await shoot("5-restarted");
  });

  it("aPersonHasTheBaselineLearnedAnewAndSaysWhy", async () => {
    await page.getByText("重新学习基线").click();
    await page.getByLabel("理由").fill("新增冷库，常态已变");
    await shoot("6-relearn");
    await page.getByRole("button", { name: /作废并重新学习/ }).click();
    await sees(/要求重新学习：新增冷库，常态已变/);
    const fromMs = QUIET_MS + 8 * MINUTE_MS;
    await gateway.send(quietSamples(fromMs, fromMs + 5 * MINUTE_MS, utcAtZeroMs));
    await sees(/学习中 learning/);
    await shoot("7-learning-anew");
  });

  it("didAllOfItWithoutAReloadAndWithoutAComplaint", () => {
    expect(loads).toBe(1);
    expect(complaints).toEqual([]);
  });
});
