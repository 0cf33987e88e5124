import { afterAll, beforeAll, expect, it } from "vitest";
import { storeAlert } from "../../cases/alert-book.ts";
import { findCaseOfAlert, saveCase } from "../../cases/case-book.ts";
import { infoAlert } from "../../cases/provisional-alert.ts";
import { type Person, TestCounty } from "../test-county.fixture.ts";

let county: TestCounty;
let officer: Person;
const cases = new Map<string, string>();

beforeAll(async () => {
  county = await TestCounty.start();
  officer = await county.enter("li.wei", "county-officer", "yunxi");
  await county.whileStopped(async (db) => {
    for (const site of ["dyes", "salts"]) {
      await county.enterSite(db, site, "dongping/yunxi/qingshi/", site);
      const sentence = { zh: "功率升高", en: "power rose" };
      const alert = infoAlert(`${site}:restart:1`, site, "power-rise", sentence, 1_000, Date.now());
      const news = { before: null, proves: [], fromJournal: true, rebuilding: false };
      await storeAlert(
        db,
        { ...alert, class: "restart", level: "red", currentLevel: "red" },
        "replica",
        news,
      );
      const facts = await findCaseOfAlert(db, alert.id);
      if (!facts) throw new Error("no case was opened");
      cases.set(site, facts.id);
      const by = { by: "u-1", name: "li.wei", atMs: Date.now() };
      const verdict = { ...by, kind: "confirmed", reason: "", level: "red" } as const;
      if (site === "dyes") await saveCase(db, { ...facts, verdict });
    }
  });
}, 180_000);
afterAll(() => county.close());

const order = (site: string, fields: object = {}) => ({
  ...{ case: cases.get(site), kind: "transfer", decidedDate: "2026-03-02", authority: "云溪县公安局" },
  ...fields,
});

it("followsFromAConfirmedCaseOfTheSameSiteOnly", async () => {
  const recorded = await officer.post(
    "/sites/dyes/dispositions",
    order("dyes", { document: "云公刑移〔2026〕3号" }),
  );
  expect([recorded.status, recorded.body]).toMatchObject([201, { kind: "transfer", recordedBy: "li.wei" }]);
  for (const site of ["dyes", "salts"]) {
    const refused = await officer.post(`/sites/${site}/dispositions`, order("salts"));
    expect([refused.status, refused.body.code]).toEqual([409, "CASE_NOT_CONFIRMED"]);
  }
});

it("isCorrectedByAnEntryAndNeverOverwritten", async () => {
  const first = await officer.post("/sites/dyes/dispositions", order("dyes", { kind: "penalty" }));
  const corrects = first.body.id;
  await officer.post(
    "/sites/dyes/dispositions",
    order("dyes", { kind: "penalty", detail: "金额更正", corrects }),
  );
  const { body } = await officer.get("/sites/dyes/dispositions");
  expect(body.items.filter(({ kind }: { kind: string }) => kind === "penalty")).toHaveLength(2);
  const foreign = await officer.post(
    "/sites/dyes/dispositions",
    order("dyes", { corrects: "disposition-x" }),
  );
  expect(foreign.status).toBe(400);
});

it("isRecordedByOfficersOfTheCountyAlone", async () => {
  const villager = await county.enter("zhao.liu", "grid-member", "qingshi");
  const admin = await county.enter("admin", "administrator", "yunxi");
  const elsewhere = await county.enter("wang.wu", "county-officer", "linxi");
  const statuses = [];
  for (const person of [villager, admin, elsewhere]) {
    statuses.push((await person.post("/sites/dyes/dispositions", order("dyes"))).status);
  }
  expect(statuses).toEqual([403, 403, 404]);
  expect((await elsewhere.get("/sites/dyes/dispositions")).status).toBe(404);
});
