import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, TestCounty } from "../test-county.fixture.ts";

let county: TestCounty;
let officer: Person;
let installer: Person;
let elsewhere: Person;
let township: Person;

beforeAll(async () => {
  county = await TestCounty.start();
  officer = await county.enter("li.wei", "county-officer", "yunxi");
  installer = await county.enter("zhang.san", "installer", "yunxi");
  elsewhere = await county.enter("wang.wu", "county-officer", "linxi");
  township = await county.enter("zhao.liu", "grid-member", "qingshi");
}, 180_000);
afterAll(() => county.close());

const dyes = {
  id: "qingshi-dyes",
  region: "qingshi",
  name: { zh: "青石染化厂", en: "Qingshi Dyes" },
  address: "青石镇工业路 3 号",
  category: "exited-company",
  order: { number: "云应急〔2026〕8号", date: "2026-01-20", issuer: "云溪县人民政府" },
  location: { latitude: 34.1, longitude: 113.5 },
  borderArea: true,
  contact: { name: "陈某", phone: "13900000000" },
  formerLoadW: 60_000,
};

const ids = (told: { body: { items: { id: string }[] } }) => told.body.items.map(({ id }) => id);

describe("a site of the register", () => {
  it("isEnteredReadAndEditedByVersion", async () => {
    const entered = await officer.post("/sites", dyes);
    expect([entered.status, entered.body.version, entered.headers.get("etag")]).toEqual([201, 1, '"v1"']);
    const read = await officer.get("/sites/qingshi-dyes/register");
    expect(read.body).toMatchObject({ ...dyes, location: { wgs84: dyes.location }, state: "watched" });
    const path = "/sites/qingshi-dyes/register";
    const edited = await officer.patch(path, 1, { notes: "两条反应釜", idleLine: true });
    expect(edited.body).toMatchObject({ notes: "两条反应釜", idleLine: true, borderArea: true, version: 2 });
    expect((await officer.patch(path, 1, { notes: "x" })).body.code).toBe("CHANGED_MEANWHILE");
    expect((await officer.send("PATCH", path, { notes: "x" })).status).toBe(428);
  });

  it("isShownWhereChineseMapsDrawIt", async () => {
    const { gcj02 } = (await officer.get("/sites/qingshi-dyes/register")).body.location;
    // Some 600 m to the east of the satellite's point, as everywhere in that part of the country.
    expect(gcj02).toEqual({ latitude: 34.09859, longitude: 113.50623 });
  });

  it("isRefusedOutsideChinaWithTheReason", async () => {
    const location = { latitude: 113.5, longitude: 34.1 };
    const { status, body } = await officer.post("/sites", { ...dyes, id: "site-two", location });
    expect([status, body.code]).toEqual([400, "REQUEST_INVALID"]);
    const exchanged = { latitude: 34.1, longitude: 34.1 };
    const other = await officer.post("/sites", { ...dyes, id: "site-two", location: exchanged });
    expect(other.body.detail).toContain("outside China");
  });

  it("isWatchedAtOnceSoThatAGatewayCanBeEnrolled", async () => {
    const { status, body } = await officer.get("/sites/qingshi-dyes");
    expect([status, body.verdict, body.formerLoadW]).toEqual([200, "unknown", 60_000]);
  });

  it("hasItsNameAndItsIdForItself", async () => {
    const same = await officer.post("/sites", dyes);
    expect([same.status, same.body.code]).toEqual([409, "ID_TAKEN"]);
    const { id: _id, ...twin } = dyes;
    expect((await officer.post("/sites", twin)).body.code).toBe("SITE_NAME_TAKEN");
  });

  it("keepsTheLegalPersonFromInstallers", async () => {
    const read = async (person: Person) => (await person.get("/sites/qingshi-dyes/register")).body.contact;
    expect(await read(installer)).toBeNull();
    expect(await read(township)).toEqual(dyes.contact);
    const auditor = await county.enter("auditor", "auditor", "yunxi");
    const told = JSON.stringify((await auditor.get("/audit?limit=200")).body);
    expect(told).toContain("site.enter");
    expect(told).not.toContain("13900000000");
  });

  it("isNotThereForAnotherCounty", async () => {
    const paths = ["/sites/qingshi-dyes", "/sites/qingshi-dyes/register"];
    for (const path of paths) expect((await elsewhere.get(path)).status).toBe(404);
    expect((await elsewhere.patch("/sites/qingshi-dyes/register", 2, { notes: "x" })).status).toBe(404);
    expect((await elsewhere.post("/sites", { ...dyes, id: "smuggled" })).status).toBe(404);
    expect((await installer.post("/sites", { ...dyes, id: "not-his" })).status).toBe(403);
  });

  it("doesNotMoveOutOfItsEditorsReach", async () => {
    const moved = await officer.patch("/sites/qingshi-dyes/register", 2, { region: "heshan" });
    expect(moved.status).toBe(404);
    const within = await officer.patch("/sites/qingshi-dyes/register", 2, { region: "baihe" });
    expect(within.body).toMatchObject({ region: "baihe", regionPath: "dongping/yunxi/baihe/" });
    expect((await township.get("/sites/qingshi-dyes")).status).toBe(404);
    const back = await officer.patch("/sites/qingshi-dyes/register", 3, { region: "qingshi" });
    expect(back.status).toBe(200);
  });
});

describe("the list of sites", () => {
  beforeAll(async () => {
    const farm = { region: "baihe", name: { zh: "白河废弃养殖场", en: "" }, category: "disused-farm" };
    await officer.post("/sites", { ...farm, id: "baihe-farm", address: "100%_村" });
    await elsewhere.post("/sites", {
      id: "heshan-kiln",
      ...{ region: "heshan", name: { zh: "禾山砖瓦厂", en: "" }, category: "brick-kiln" },
    });
  });

  it("isOfOnesOwnPartOfTheTree", async () => {
    expect(ids(await officer.get("/sites"))).toEqual(["baihe-farm", "qingshi-dyes"]);
    expect(ids(await township.get("/sites"))).toEqual(["qingshi-dyes"]);
    expect(ids(await elsewhere.get("/sites"))).toEqual(["heshan-kiln"]);
  });

  it("isSearchedByTwoChineseCharactersInNamesAndAddresses", async () => {
    const found = async (text: string) => ids(await officer.get(`/sites?q=${encodeURIComponent(text)}`));
    expect(await found("染化")).toEqual(["qingshi-dyes"]);
    expect(await found("工业")).toEqual(["qingshi-dyes"]);
    expect(await found("QINGSHI-D")).toEqual(["qingshi-dyes"]);
    expect(await found("砖瓦")).toEqual([]);
    // Signs of a pattern are letters like any other.
    expect(await found("%_")).toEqual(["baihe-farm"]);
    expect(await found("' or 1=1 --")).toEqual([]);
  });

  it("isNarrowedByWhatTheRegisterHoldsAndByThePresent", async () => {
    const found = async (query: string) => ids(await officer.get(`/sites?${query}`));
    expect(await found("category=disused-farm")).toEqual(["baihe-farm"]);
    expect(await found("region=baihe")).toEqual(["baihe-farm"]);
    expect(await found("borderArea=true")).toEqual(["qingshi-dyes"]);
    expect(await found("verdict=unknown")).toEqual(["baihe-farm", "qingshi-dyes"]);
    expect(await found("verdict=sealed")).toEqual([]);
    expect(await found("level=none&gateway=without&idleLine=true")).toEqual(["qingshi-dyes"]);
    expect(await found("gateway=with")).toEqual([]);
    expect((await officer.get("/sites?region=linxi")).body.code).toBe("REGION_UNKNOWN");
  });

  it("comesInPages", async () => {
    const first = await officer.get("/sites?limit=1");
    expect([ids(first), first.body.next]).toEqual([["baihe-farm"], "baihe-farm"]);
    const second = await officer.get("/sites?limit=1&after=baihe-farm&verdict=unknown");
    expect([ids(second), second.body.next]).toEqual([["qingshi-dyes"], null]);
  });
});
