import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";

const CHROMIUM = "/usr/bin/chromium";
const screenshots = mkdtempSync(join(tmpdir(), "sealwatch-sign-in-"));
const OWN = "县安委办-2026-秋";
let rig: CloudRig;
let browser: Browser;
let page: Page;
let given: string;

beforeAll(async () => {
  rig = await startCloudRig({ signIn: true });
  const role = ["--role", "county-officer", "--display-name", "王敏"];
  given = JSON.parse(await rig.run("user", "create", "--json", "--name", "wang.min", ...role)).password;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  page = await browser.newPage({ viewport: { width: 390, height: 780 } });
  await page.goto(`http://127.0.0.1:${rig.httpPort}/`);
});
afterAll(async () => {
  await browser?.close();
  await rig?.close();
  console.log(`screenshots in ${screenshots}`);
});

const shoot = (name: string) => page.screenshot({ path: join(screenshots, `${name}.png`) });
const sees = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 60_000 });

async function signIn(password: string): Promise<void> {
  await page.fill("#name", "wang.min");
  await page.fill("#password", password);
  await page.click("button[type=submit]");
}

describe("the county's page, where people sign in", () => {
  it("showsNothingBeforeSignIn", async () => {
    await page.locator("#password").waitFor();
    expect(await page.getByText("青石").count()).toBe(0);
    await shoot("1-sign-in");
  });

  it("saysThatAPasswordIsWrong", async () => {
    await signIn("not this one");
    await sees("用户名或密码不正确");
    await shoot("2-wrong");
  });

  it("wantsAPasswordOfOnesOwnAndThenLetsIn", async () => {
    await signIn(given);
    await sees("请先设置自己的密码");
    await page.fill("#current", given);
    await page.fill("#next", OWN);
    await page.fill("#again", OWN);
    await shoot("3-own-password");
    await page.click("button[type=submit]");
    await sees(/青石精细染化厂/);
    await shoot("4-let-in");
  });

  it("signsOutAndShowsNothingAgain", async () => {
    await page.getByRole("button", { name: /退出/ }).click();
    await page.locator("#password").waitFor();
    expect(await page.getByText("青石").count()).toBe(0);
  });
});
