import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CloudRig, startCloudRig } from "../rig/cloud-rig.ts";
import { CountyPage } from "../rig/county-page.ts";

const OWN = "县安委办-2026-秋";
let rig: CloudRig;
let county: CountyPage;
let given: string;

beforeAll(async () => {
  rig = await startCloudRig({ signIn: true });
  const role = ["--role", "county-officer", "--display-name", "王敏"];
  given = JSON.parse(await rig.run("user", "create", "--json", "--name", "wang.min", ...role)).password;
  county = await CountyPage.open(rig.httpPort, "sign-in", { viewport: { width: 390, height: 780 } });
});
afterAll(async () => {
  await county?.close();
  await rig?.close();
});

async function signIn(password: string): Promise<void> {
  await county.page.fill("#name", "wang.min");
  await county.page.fill("#password", password);
  await county.page.click("button[type=submit]");
}

describe("the county's page, where people sign in", () => {
  it("showsNothingBeforeSignIn", async () => {
    await county.page.locator("#password").waitFor();
    expect(await county.page.getByText("青石").count()).toBe(0);
    await county.shoot("1-sign-in");
  });

  it("saysThatAPasswordIsWrong", async () => {
    await signIn("not this one");
    await county.sees("用户名或密码不正确");
    await county.shoot("2-wrong");
  });

  it("wantsAPasswordOfOnesOwnAndThenLetsIn", async () => {
    await signIn(given);
    await county.sees("请先设置自己的密码");
    await county.page.fill("#current", given);
    await county.page.fill("#next", OWN);
    await county.page.fill("#again", OWN);
    await county.shoot("3-own-password");
    await county.page.click("button[type=submit]");
    await county.sees(/青石精细染化厂/);
    await county.shoot("4-let-in");
  });

  it("signsOutAndShowsNothingAgain", async () => {
    await county.page.getByRole("button", { name: /退出/ }).click();
    await county.page.locator("#password").waitFor();
    expect(await county.page.getByText("青石").count()).toBe(0);
  });
});
