import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, TestCounty } from "../test-county.fixture.ts";

const HOUR_MS = 3_600_000;
let county: TestCounty;
let officer: Person;
let villager: Person;
let installer: Person;
let elsewhere: Person;

beforeAll(async () => {
  county = await TestCounty.start();
  officer = await county.enter("li.wei", "county-officer", "yunxi");
  villager = await county.enter("zhao.liu", "grid-member", "qingshi");
  installer = await county.enter("zhang.san", "installer", "yunxi");
  elsewhere = await county.enter("wang.wu", "county-officer", "linxi");
  const enter = (person: Person, id: string, region: string) =>
    person.post("/sites", { id, region, name: { zh: id, en: id } });
  await enter(officer, "qingshi-dyes", "qingshi");
  await enter(officer, "baihe-farm", "baihe");
  await enter(elsewhere, "heshan-kiln", "heshan");
}, 180_000);
afterAll(() => county.close());

const order = (fields: object = {}) => ({
  ...{ kind: "demolition", approver: "王科长", reason: "拆除反应釜", sites: ["qingshi-dyes", "baihe-farm"] },
  ...{ fromMs: Date.now(), toMs: Date.now() + 8 * HOUR_MS, ...fields },
});

describe("a permit", () => {
  it("isApprovedByAnOfficerForSitesOfTheirPartOnly", async () => {
    const approved = await officer.post("/permits", order());
    expect([approved.status, approved.body]).toMatchObject([
      201,
      { sites: ["baihe-farm", "qingshi-dyes"], sensors: null, ended: null, createdBy: "li.wei" },
    ]);
    expect((await villager.post("/permits", order())).status).toBe(403);
    expect((await officer.post("/permits", order({ sites: ["qingshi-dyes", "heshan-kiln"] }))).status).toBe(
      404,
    );
    expect((await officer.post("/permits", order({ sites: ["no-such-site"] }))).status).toBe(404);
  });

  it("isBoundedAndApprovesNothingThatIsPast", async () => {
    const why = async (fields: object) => (await officer.post("/permits", order(fields))).body.detail;
    expect(await why({ fromMs: Date.now() - HOUR_MS })).toContain("fromMs: what is past");
    expect(await why({ toMs: Date.now() + 31 * 24 * HOUR_MS })).toContain("toMs: at most 30 days");
    expect(await why({ toMs: Date.now() - 1 })).toContain("toMs: must be after");
    expect(await why({ fromMs: Date.now() + 100 * 24 * HOUR_MS })).toContain("90 days ahead");
    expect(await why({ sensors: ["voc"] })).toContain("sensors");
    expect(await why({ sensors: ["silence"] })).toContain("sensors");
  });

  it("isSeenByThoseOfItsSitesAndShowsThemNoOthers", async () => {
    const { body } = await villager.get("/permits?state=current");
    expect(body.items).toMatchObject([{ sites: ["qingshi-dyes"] }]);
    expect((await elsewhere.get("/permits")).body.items).toEqual([]);
    expect((await elsewhere.get(`/permits/${body.items[0].id}`)).status).toBe(404);
    expect((await installer.get("/permits")).status).toBe(403);
    const read = await villager.get(`/permits/${body.items[0].id}`);
    expect(read.body).toMatchObject({ alerts: 0, covered: { doorOpenings: 0, peakW: null, complete: true } });
  });

  it("isEndedOnceByOneWhoMayEndItEverywhere", async () => {
    const { body } = await officer.get("/permits?site=qingshi-dyes");
    const [permit] = body.items;
    const end = (person: Person, version: number) =>
      person.send(
        "POST",
        `/permits/${permit.id}/end`,
        { reason: "提前完工" },
        { "if-match": `"v${version}"` },
      );
    expect((await villager.send("POST", `/permits/${permit.id}/end`, { reason: "x" })).status).toBe(403);
    expect(
      (await elsewhere.send("POST", `/permits/${permit.id}/end`, { reason: "x" }, { "if-match": '"v1"' }))
        .status,
    ).toBe(404);
    expect((await end(officer, 1)).body).toMatchObject({ version: 2, ended: { by: "li.wei" } });
    expect((await end(officer, 2)).body.code).toBe("PERMIT_OVER");
    expect((await officer.get("/permits?state=current")).body.items).toEqual([]);
    expect((await officer.get("/permits?state=past")).body.items).toHaveLength(1);
  });

  it("thatHasNotBegunIsEndedWithoutHavingCoveredAnything", async () => {
    const fromMs = Date.now() + 24 * HOUR_MS;
    const { body } = await officer.post("/permits", order({ fromMs, toMs: fromMs + HOUR_MS }));
    expect((await officer.get("/permits?state=upcoming")).body.items).toHaveLength(1);
    const path = `/permits/${body.id}/end`;
    const ended = await officer.send("POST", path, { reason: "取消" }, { "if-match": '"v1"' });
    expect(ended.body.ended.atMs).toBe(fromMs);
  });
});
