import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, TestCounty } from "../test-county.fixture.ts";

const SITE = "/sites/qingshi-dyes";
let county: TestCounty;
let officer: Person;
let villager: Person;
let elsewhere: Person;

beforeAll(async () => {
  county = await TestCounty.start();
  officer = await county.enter("li.wei", "county-officer", "yunxi");
  villager = await county.enter("zhao.liu", "grid-member", "qingshi");
  elsewhere = await county.enter("wang.wu", "county-officer", "linxi");
  const site = { id: "qingshi-dyes", region: "qingshi", name: { zh: "青石染化", en: "Qingshi Dyes" } };
  await officer.post("/sites", site);
}, 180_000);
afterAll(() => county.close());

const relearn = (person: Person, reason: unknown) => person.post(`${SITE}/baseline/relearn`, { reason });

describe("a baseline that no longer counts", () => {
  it("isLearnedAnewOnAnOfficersWordWithAReason", async () => {
    expect((await officer.get(SITE)).body.baselineRelearn).toBeNull();
    expect((await relearn(officer, " ")).body.detail).toContain("write why the baseline no longer counts");
    expect((await relearn(villager, "不想要")).status).toBe(403);
    expect((await relearn(elsewhere, "不想要")).status).toBe(404);
    expect((await officer.get(SITE)).body.baselineRelearn).toBeNull();
    expect((await relearn(officer, "新增冷库")).status).toBe(204);
    expect((await villager.get(SITE)).body).toMatchObject({
      baselineAccepted: null,
      baselineRelearn: { by: "li.wei", reason: "新增冷库" },
    });
  });

  it("askedAgainBeforeAnyRecordIsForgottenOnce", async () => {
    const { baselineRelearn } = (await officer.get(SITE)).body;
    expect((await relearn(officer, "又一次")).status).toBe(204);
    expect((await officer.get(SITE)).body.baselineRelearn).toEqual(baselineRelearn);
  });

  it("isNotAcceptedBeforeItWasLearned", async () => {
    const told = await officer.post(`${SITE}/baseline/accept`);
    expect([told.status, told.body.code]).toEqual([409, "BASELINE_NOT_READY"]);
  });
});
