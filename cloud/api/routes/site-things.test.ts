import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pngOf } from "../../photos/picture.fixture.ts";
import { type Person, TestCounty } from "../test-county.fixture.ts";

let county: TestCounty;
let root: Person;
let officer: Person;
let second: Person;
let villager: Person;
let installer: Person;
let elsewhere: Person;

beforeAll(async () => {
  county = await TestCounty.start();
  root = await county.signIn("root");
  officer = await county.enter("li.wei", "county-officer", "yunxi");
  second = await county.enter("sun.qi", "county-officer", "yunxi");
  villager = await county.enter("zhao.liu", "grid-member", "qingshi");
  installer = await county.enter("zhang.san", "installer", "yunxi");
  elsewhere = await county.enter("wang.wu", "county-officer", "linxi");
  const name = { zh: "青石染化厂", en: "Qingshi Dyes" };
  await officer.post("/sites", { id: "qingshi-dyes", region: "qingshi", name });
  await elsewhere.post("/sites", { id: "heshan-kiln", region: "heshan", name: { zh: "禾山砖瓦厂", en: "" } });
}, 180_000);
afterAll(() => county.close());

const SITE = "/sites/qingshi-dyes";

describe("closure measures", () => {
  const cut = `${SITE}/measures/cut-power`;
  const read = async (kind: string) => {
    const { body } = await officer.get(`${SITE}/measures`);
    return body.items.find((each: { kind: string }) => each.kind === kind);
  };

  it("areFiveEvenBeforeAnybodyEnteredOne", async () => {
    const { body } = await officer.get(`${SITE}/measures`);
    expect(body.items.map(({ kind }: { kind: string }) => kind)).toEqual([
      "cut-power",
      "cut-water",
      "dismantle",
      "clear-building",
      "clear-materials",
    ]);
    expect(body.items[0]).toMatchObject({ live: "unknown", version: 0, overdue: false });
    expect(body.items[2].live).toBeNull();
  });

  it("areRecordedInTheVillageAndVerifiedByAnOfficer", async () => {
    const done = {
      orderNumber: "云应急〔2026〕8号",
      doneDate: "2026-02-20",
      feeders: ["F1"],
      evidence: "拆表",
    };
    const recorded = await villager.patch(cut, 0, done);
    expect([recorded.status, recorded.body]).toMatchObject([200, { ...done, version: 1, live: "unknown" }]);
    expect(recorded.body.recorded.name).toBe("zhao.liu");
    const forbidden = await villager.send("POST", `${cut}/verification`, {}, { "if-match": '"v1"' });
    expect(forbidden.status).toBe(403);
    const verified = await officer.send("POST", `${cut}/verification`, {}, { "if-match": '"v1"' });
    expect([verified.status, verified.body.verified.name]).toEqual([200, "li.wei"]);
  });

  it("areNotVerifiedByWhoRecordedThem", async () => {
    const path = `${SITE}/measures/dismantle`;
    await officer.patch(path, 0, { doneDate: "2026-02-20" });
    const own = await officer.send("POST", `${path}/verification`, {}, { "if-match": '"v1"' });
    expect([own.status, own.body.code]).toEqual([409, "MEASURE_OWN"]);
    const other = await second.send("POST", `${path}/verification`, {}, { "if-match": '"v1"' });
    expect(other.status).toBe(200);
  });

  it("areOverdueAfterTheirDayAndFoundByTheList", async () => {
    const path = `${SITE}/measures/clear-materials`;
    await officer.patch(path, 0, { dueDate: "2026-01-31" });
    expect((await read("clear-materials")).overdue).toBe(true);
    const { body } = await officer.get("/sites?overdue=true");
    expect(body.items).toMatchObject([{ id: "qingshi-dyes", overdueMeasures: 1 }]);
    expect((await officer.get("/sites?overdue=false")).body.items).toEqual([]);
    const stale = await officer.patch(path, 0, { dueDate: "2026-12-31" });
    expect([stale.status, stale.body.code]).toEqual([412, "CHANGED_MEANWHILE"]);
  });

  it("haveNotBeenDoneTomorrow", async () => {
    const { status, body } = await villager.patch(`${SITE}/measures/cut-water`, 0, {
      doneDate: "2099-01-01",
    });
    expect([status, body.detail]).toEqual([400, "REQUEST_INVALID: doneDate: this day has not come yet"]);
  });

  it("areNotThereForAnotherCounty", async () => {
    expect((await elsewhere.get(`${SITE}/measures`)).status).toBe(404);
    expect((await elsewhere.patch(cut, 2, { evidence: "x" })).status).toBe(404);
    expect((await installer.patch(cut, 2, { evidence: "x" })).status).toBe(403);
  });
});

describe("seals", () => {
  const seal = { number: "云封-0001", position: "配电柜" };

  it("carryAPhotoOnlyThatWasAddedToTheirSite", async () => {
    const pictured = { number: "云封-0009", position: "配电柜" };
    const { body } = await villager.send("POST", `${SITE}/photos`, pngOf(40, 30), {
      "content-type": "image/png",
    });
    const { body: theirs } = await elsewhere.send("POST", "/sites/heshan-kiln/photos", pngOf(41, 30), {
      "content-type": "image/png",
    });
    for (const photo of ["f".repeat(64), theirs.photo]) {
      const refused = await villager.post(`${SITE}/seals`, { ...pictured, photo });
      expect([refused.status, refused.body.code]).toEqual([422, "PHOTO_UNKNOWN"]);
    }
    const applied = await villager.post(`${SITE}/seals`, { ...pictured, photo: body.photo });
    expect([applied.status, applied.body.photo]).toEqual([201, body.photo]);
    const { id, version } = applied.body;
    await villager.send("POST", `/seals/${id}/removal`, { reason: "试验" }, { "if-match": `"v${version}"` });
  });

  it("areAppliedOnceByNumberInACounty", async () => {
    const applied = await villager.post(`${SITE}/seals`, seal);
    expect([applied.status, applied.body]).toMatchObject([
      201,
      { ...seal, appliedBy: "zhao.liu", version: 1 },
    ]);
    const twice = await officer.post(`${SITE}/seals`, { ...seal, position: "大门" });
    expect([twice.status, twice.body.code]).toEqual([409, "SEAL_NUMBER_TAKEN"]);
    // Another county counts for itself.
    expect((await elsewhere.post("/sites/heshan-kiln/seals", seal)).status).toBe(201);
  });

  it("areTakenOffWithAReasonAndReplaced", async () => {
    const { body } = await officer.get(`/seals?number=${encodeURIComponent(seal.number)}`);
    const [first] = body.items;
    expect(body.items).toHaveLength(1);
    const removal = { reason: "开箱检查", replacement: { number: "云封-0002", position: "配电柜" } };
    const path = `/seals/${first.id}/removal`;
    const removed = await installer.send("POST", path, removal, { "if-match": '"v1"' });
    expect(removed.body).toMatchObject({ removed: { by: "zhang.san", reason: "开箱检查" } });
    const on = await officer.get("/seals?site=qingshi-dyes&removed=false");
    expect(on.body.items).toMatchObject([{ id: removed.body.replacedBy, number: "云封-0002" }]);
    const again = await installer.send("POST", path, { reason: "x" }, { "if-match": '"v2"' });
    expect(again.body.code).toBe("SEAL_REMOVED");
  });

  it("areNotThereForAnotherCountyAndWatchedByNoForeignGateway", async () => {
    const { body } = await officer.get("/seals?removed=false");
    const [mine] = body.items;
    expect((await elsewhere.get("/seals?site=qingshi-dyes")).body.items).toEqual([]);
    expect((await elsewhere.patch(`/seals/${mine.id}`, 1, { position: "x" })).status).toBe(404);
    const loop = { gateway: "gw-nowhere", device: "contacts-1", point: "di1" };
    expect((await officer.patch(`/seals/${mine.id}`, 1, { loop })).body.detail).toContain("gw-nowhere");
  });
});

describe("gateways of a site", () => {
  it("areClaimedByAnInstallerForASiteThatWasJustEntered", async () => {
    const claim = await installer.post(`${SITE}/claims`, {});
    expect([claim.status, claim.body.site, claim.body.server]).toEqual([201, "qingshi-dyes", null]);
    expect(claim.body.code).toMatch(/^[0-9A-Z-]{20,}[*~$=]?$/i);
    expect((await officer.post(`${SITE}/claims`, {})).status).toBe(403);
    expect((await installer.post("/sites/heshan-kiln/claims", {})).status).toBe(404);
    const audit = JSON.stringify((await root.get("/audit?limit=200")).body);
    expect(audit).toContain("gateway.claim");
    expect(audit).not.toContain(claim.body.code);
  });

  it("areListedAndRevokedByAnAdministrator", async () => {
    const { status, body } = await installer.get(`${SITE}/gateways`);
    expect([status, body.items]).toEqual([200, []]);
    expect((await root.post("/gateways/gw-nowhere/revocation", { reason: "lost" })).status).toBe(404);
    const replaced = await root.post(`${SITE}/claims`, { replaces: "gw-nowhere" });
    expect(replaced.status).toBe(404);
  });
});
