import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { HandGateway } from "../rig/hand-gateway.ts";
import { openingRecords, quietSamples } from "../rig/written-plant.ts";

const CHROMIUM = "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
const MINUTE_MS = 60_000;
const QUIET_MS = 12 * 60 * MINUTE_MS;
const EPOCH = "00000000000000b9";

const screenshots = mkdtempSync(join(tmpdir(), "sealwatch-removed-"));
let rig: CloudRig;
let gateway: HandGateway;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
/** The plant's time: a quiet half day that ends now. */
const utcAtZeroMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - QUIET_MS;

beforeAll(async () => {
  rig = await startCloudRig();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`http://127.0.0.1:${rig.httpPort}/`);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await rig?.close();
  console.log(`screenshots in ${screenshots}`);
});

const sees = (text: string | RegExp) =>
  page.getByText(text).first().waitFor({ state: "visible", timeout: 60_000 });
const shoot = (name: string) => page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });

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
    await sees(/不再在网关通道表中的设备：gas-1（/);
    await sees(/gas-1（气体）自 .* 起不在网关的通道表中/);
    await page.getByText("不明", { exact: true }).first().waitFor({ state: "visible" });
    await shoot("1-removed");
  });

  it("isMissedNoMoreOnceAPersonAcceptedWhatIsLeft", async () => {
    await page.getByLabel("确认人姓名").fill("周值班");
    await page.getByRole("button", { name: /确认现有设备/ }).click();
    await page.getByText(/不再在网关通道表中的设备/).waitFor({ state: "detached", timeout: 60_000 });
    const atMs = Date.now() - utcAtZeroMs + MINUTE_MS;
    await gateway.send(quietSamples(atMs, atMs + MINUTE_MS, utcAtZeroMs));
    await page.getByText("学习中", { exact: true }).first().waitFor({ state: "visible" });
    await shoot("2-accepted");
    expect(complaints).toEqual([]);
  });
});
