import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storeAlert } from "../cases/alert-book.ts";
import { infoAlert } from "../cases/provisional-alert.ts";
import { jpegAt, pngOf } from "../photos/picture.fixture.ts";
import type { AlertView } from "./contract.ts";
import { type Person, TestCounty } from "./test-county.fixture.ts";

const HOUR_MS = 3_600_000;
let county: TestCounty;
const people: Record<string, Person> = {};
const as = (name: string): Person => {
  const person = people[name];
  if (!person) throw new Error(name);
  return person;
};

beforeAll(async () => {
  county = await TestCounty.start();
  const roles = [
    ["officer", "county-officer", "yunxi"],
    ["village", "grid-member", "qingshi"],
    ["neighbour", "grid-member", "baihe"],
    ["colleague", "grid-member", "qingshi"],
    ["stranger", "county-officer", "linxi"],
    ["admin", "administrator", "yunxi"],
    ["auditor", "auditor", "yunxi"],
    ["installer", "installer", "yunxi"],
  ] as const;
  for (const [name, role, region] of roles) people[name] = await county.enter(name, role, region);
  await county.whileStopped(async (db) => {
    const sites = [
      ["dyes", "dongping/yunxi/qingshi/", "青石染化厂"],
      ["resin", "dongping/yunxi/baihe/", "白河树脂厂"],
      ["salts", "dongping/yunxi/qingshi/", "青石盐业"],
      ["other", "dongping/linxi/heshan/", "禾山涂料厂"],
    ] as const;
    for (const [id, path, zh] of sites) {
      await county.enterSite(db, id, path, zh);
      await storeAlert(db, alertOf(id), "replica", {
        ...{ before: null, proves: [], fromJournal: true, rebuilding: false },
      });
    }
  });
}, 180_000);
afterAll(() => county.close());

function alertOf(site: string): AlertView {
  const nowMs = Date.now();
  const sentence = { zh: `${site} 功率升高`, en: "power rose" };
  const alert = infoAlert(`${site}:restart:1`, site, "power-rise", sentence, nowMs - HOUR_MS, nowMs);
  return { ...alert, class: "restart", level: "red", currentLevel: "red" };
}

async function caseOf(site: string) {
  const { body } = await as("officer").get(`/cases?site=${site}`);
  return body.items[0];
}
const act = (who: string, path: string, version: number, body: unknown = {}) =>
  as(who).send("POST", path, body, { "if-match": `"v${version}"` });
const order = (persons: string[]) => ({ kind: "night", persons, dueMs: Date.now() + 5 * HOUR_MS });
const answers = { "machines-running": true, "people-working": true, "seals-intact": "broken" };
const record = () => ({ startedMs: Date.now() - HOUR_MS, endedMs: Date.now(), found: "production", answers });

describe("cases", () => {
  it("areSeenByThoseWhoseRegionTheyLieIn", async () => {
    const seen = async (who: string) => {
      const { status, body } = await as(who).get("/cases");
      return status === 200 ? body.items.map(({ site }: { site: string }) => site).sort() : status;
    };
    expect(await seen("officer")).toEqual(["dyes", "resin", "salts"]);
    expect(await seen("village")).toEqual(["dyes", "salts"]);
    expect(await seen("stranger")).toEqual(["other"]);
    expect(await seen("installer")).toBe(403);
    const { id } = await caseOf("dyes");
    expect((await as("neighbour").get(`/cases/${id}`)).status).toBe(404);
    expect((await as("stranger").get(`/cases/${id}`)).status).toBe(404);
  });

  it("areFoundByTwoCharactersAndFilteredAndPaged", async () => {
    const sites = async (query: string) =>
      (await as("officer").get(`/cases?${query}`)).body.items.map(({ site }: { site: string }) => site);
    expect(await sites(`q=${encodeURIComponent("染化")}`)).toEqual(["dyes"]);
    expect(await sites(`q=${encodeURIComponent("青石 盐业")}`)).toEqual(["salts"]);
    expect(await sites("q=%25")).toEqual([]);
    expect(await sites("region=baihe")).toEqual(["resin"]);
    expect(await sites("level=blue,yellow")).toEqual([]);
    expect(await sites("state=new,notified")).toHaveLength(3);
    const first = (await as("officer").get("/cases?limit=2")).body;
    const second = (await as("officer").get(`/cases?limit=2&after=${first.next}`)).body;
    expect([first.items.length, second.items.length, second.next]).toEqual([2, 1, null]);
    expect((await as("officer").get("/cases?region=linxi")).body.items).toEqual([]);
    expect((await as("officer").get("/cases?state=open")).status).toBe(400);
  });

  it("goTheWholeWayAndNobodyDoesWhatIsNotTheirs", async () => {
    const { id, version } = await caseOf("dyes");
    const village = as("village").id;
    for (const who of ["auditor", "admin"]) {
      expect((await act(who, `/cases/${id}/acknowledge`, version)).status).toBe(403);
    }
    expect((await act("stranger", `/cases/${id}/acknowledge`, version)).status).toBe(404);
    expect((await act("neighbour", `/cases/${id}/acknowledge`, version)).status).toBe(404);
    const seen = await act("village", `/cases/${id}/acknowledge`, version);
    expect([seen.status, seen.body.state]).toEqual([200, "acknowledged"]);
    expect((await act("officer", `/cases/${id}/acknowledge`, version)).status).toBe(412);

    expect((await act("village", `/cases/${id}/assign`, seen.body.version, order([village]))).status).toBe(
      403,
    );
    const unfit = await act("officer", `/cases/${id}/assign`, seen.body.version, order([as("neighbour").id]));
    expect([unfit.status, unfit.body.code]).toEqual([422, "PERSON_UNFIT"]);
    const sent = await act("officer", `/cases/${id}/assign`, seen.body.version, order([village]));
    expect([sent.status, sent.body.state]).toEqual([200, "visit-assigned"]);

    const visit = (await as("village").get("/visits?person=me")).body.items[0];
    expect([visit.id, visit.kind, visit.template.id]).toEqual([sent.body.visit, "night", "generic"]);
    expect((await act("colleague", `/visits/${visit.id}/record`, visit.version, record())).status).toBe(403);
    const half = { ...record(), answers: { "machines-running": true } };
    expect((await act("village", `/visits/${visit.id}/record`, visit.version, half)).status).toBe(400);
    const early = await act("officer", `/cases/${id}/decide`, sent.body.version, {
      verdict: "confirmed",
      reason: "x",
    });
    expect([early.status, early.body.code]).toEqual([409, "CASE_STATE"]);
    const recorded = await act("village", `/visits/${visit.id}/record`, visit.version, record());
    expect([recorded.status, recorded.body.state]).toEqual([200, "recorded"]);

    const verdict = { verdict: "confirmed", reason: "三台反应釜在转" };
    const now = (await as("officer").get(`/cases/${id}`)).body;
    expect(now.state).toBe("visited");
    for (const who of ["village", "admin", "auditor"]) {
      expect((await act(who, `/cases/${id}/decide`, now.version, verdict)).status).toBe(403);
    }
    expect((await act("stranger", `/cases/${id}/decide`, now.version, verdict)).status).toBe(404);
    const decided = await act("officer", `/cases/${id}/decide`, now.version, verdict);
    expect([decided.status, decided.body.state]).toEqual([200, "verdict"]);
    const corrected = await act("officer", `/cases/${id}/correct`, decided.body.version, {
      ...{ verdict: "permitted-work", reason: "后来补交了许可" },
    });
    expect(corrected.status).toBe(200);
    const closed = await act("officer", `/cases/${id}/close`, corrected.body.version, { reason: "完" });
    expect([closed.status, closed.body.state]).toEqual([200, "closed"]);
    const page = (await as("auditor").get(`/cases/${id}`)).body;
    const acts = page.entries.map((entry: { act: string }) => entry.act);
    expect(acts.filter((one: string) => one !== "notified")).toEqual([
      ...["opened", "acknowledged", "visit-assigned", "visited", "decided", "corrected", "closed"],
    ]);
    expect(page.entries.find((entry: { act: string }) => entry.act === "decided").detail.verdict).toBe(
      "confirmed",
    );
  });

  it("takeNotesOnceForOneKey", async () => {
    const { id } = await caseOf("salts");
    const key = { "idempotency-key": "note-of-the-night" };
    for (let n = 0; n < 2; n++) {
      expect((await as("village").post(`/cases/${id}/notes`, { text: "<b>灯亮着</b>" }, key)).status).toBe(
        201,
      );
    }
    const { entries } = (await as("officer").get(`/cases/${id}`)).body;
    expect(entries.filter((entry: { act: string }) => entry.act === "noted")).toHaveLength(1);
  });

  it("haveTheDeadlinesOfTheirCounty", async () => {
    const { id, dueMs, openedMs } = await caseOf("resin");
    expect(dueMs - openedMs).toBe(10 * 60_000);
    const { body } = await as("officer").get("/regions/baihe/case-deadlines");
    expect([body.setBy, body.version]).toEqual([null, 0]);
    const slower = { ...body.deadlines, red: { ...body.deadlines.red, acknowledgeMin: 45 } };
    const put = (who: string, version: number) =>
      as(who).send("PUT", "/regions/yunxi/case-deadlines", slower, { "if-match": `"v${version}"` });
    expect((await put("village", 0)).status).toBe(403);
    expect((await put("stranger", 0)).status).toBe(404);
    expect((await put("officer", 0)).status).toBe(200);
    expect((await put("officer", 0)).status).toBe(412);
    const after = (await as("officer").get(`/cases/${id}`)).body;
    expect(after.dueMs - after.openedMs).toBe(45 * 60_000);
  });
});

it("aSiteThatMovesTakesItsCasesAlong", async () => {
  const { id } = await caseOf("resin");
  expect((await as("village").get(`/cases/${id}`)).status).toBe(404);
  const { version } = (await as("officer").get("/sites/resin/register")).body;
  expect((await as("officer").patch("/sites/resin/register", version, { region: "qingshi" })).status).toBe(
    200,
  );
  expect((await as("village").get(`/cases/${id}`)).status).toBe(200);
  expect((await as("neighbour").get(`/cases/${id}`)).status).toBe(404);
});

describe("visits", () => {
  it("keepTheChecklistTheyWereMadeWith", async () => {
    const assign = () =>
      as("officer").post("/visits", { ...order([as("village").id]), site: "salts", kind: "re-check" });
    const before = (await assign()).body;
    const list = (await as("officer").get("/regions/yunxi/visit-templates")).body.items;
    const generic = list.find(({ id }: { id: string }) => id === "generic");
    const own = { name: { zh: "云溪核查", en: "Yunxi visit" }, questions: [generic.questions[0]] };
    const put = (version: number) =>
      as("officer").send("PUT", "/regions/yunxi/visit-templates/generic", own, {
        "if-match": `"v${version}"`,
      });
    expect((await put(generic.version)).body.version).toBe(2);
    expect((await put(generic.version)).status).toBe(412);
    const after = (await assign()).body;
    expect([before.template.version, after.template.version]).toEqual([1, 2]);
    expect((await as("village").get(`/visits/${before.id}`)).body.template.questions).toHaveLength(4);
  });

  it("keepTheFirstRecordWhenASecondCorrectsIt", async () => {
    const visit = (
      await as("officer").post("/visits", {
        ...order([as("village").id]),
        site: "salts",
        template: "over-the-wall",
      })
    ).body;
    const checks = { equipment: false, "raw-materials": false, "tapped-lines": true };
    const told = { ...record(), found: "signs", answers: checks };
    const first = await act("village", `/visits/${visit.id}/record`, visit.version, told);
    const second = await act("village", `/visits/${visit.id}/record`, first.body.version, {
      ...{ ...told, answers: { ...checks, equipment: true } },
    });
    expect(second.body.records.map(({ answers: given }: { answers: object }) => given)).toEqual([
      checks,
      { ...checks, equipment: true },
    ]);
    expect(
      (await act("officer", `/visits/${visit.id}/cancel`, second.body.version, { reason: "x" })).status,
    ).toBe(409);
  });

  it("areDrawnByALotThatAnybodyCanDrawAgain", async () => {
    expect((await as("village").post("/visit-draws", { region: "yunxi", count: 2 })).status).toBe(403);
    const { status, body } = await as("officer").post("/visit-draws", { region: "yunxi", count: 2 });
    expect(status).toBe(201);
    const again = body.population
      .map((id: string) => [createHash("sha256").update(`${body.seed}\n${id}`).digest("hex"), id])
      .sort()
      .slice(0, 2)
      .map(([, id]: string[]) => id);
    expect(body.drawn).toEqual(again);
    expect((await as("auditor").get(`/visit-draws/${body.id}`)).body).toEqual(body);
    expect((await as("stranger").get(`/visit-draws/${body.id}`)).status).toBe(404);
    const undrawn = body.population.find((id: string) => !body.drawn.includes(id));
    const visit = { ...order([as("officer").id]), kind: "supervision", draw: body.id };
    expect((await as("officer").post("/visits", { ...visit, site: undrawn })).status).toBe(400);
    expect((await as("officer").post("/visits", { ...visit, site: body.drawn[0] })).status).toBe(201);
  });
});

describe("photos", () => {
  it("areKeptByteForByteAndSeenByThoseWhoMayReadTheCase", async () => {
    const visit = (await as("officer").post("/visits", { ...order([as("village").id]), site: "salts" })).body;
    const photo = jpegAt({ latitude: 37.5, longitude: 111.1 }, "2020:01:01 00:00:00");
    const type = { "content-type": "image/jpeg" };
    const path = `/visits/${visit.id}/photos?note=${encodeURIComponent("门口")}`;
    const added = await as("village").send("POST", path, photo, type);
    expect([added.status, added.body.photo]).toEqual([201, createHash("sha256").update(photo).digest("hex")]);
    expect(added.body.warnings.map(({ zh }: { zh: string }) => zh)).toContain(
      "拍摄时间与上传时间相差超过一天",
    );
    expect(await as("officer").bytes(`/photos/${added.body.photo}`)).toEqual(photo);
    const { headers } = await as("auditor").get(`/photos/${added.body.photo}`);
    expect(headers.get("content-type")).toBe("image/jpeg");
    expect(headers.get("content-disposition")).toMatch(/^attachment/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    for (const who of ["stranger", "neighbour", "installer"]) {
      expect([who, (await as(who).get(`/photos/${added.body.photo}`)).status]).toEqual([who, 404]);
    }
    expect((await as("colleague").send("POST", path, photo, type)).status).toBe(403);
    expect((await as("stranger").send("POST", path, photo, type)).status).toBe(404);
  });

  it("thatAreNoneAreRefused", async () => {
    const path = "/sites/salts/photos";
    const send = (bytes: Uint8Array, type: string) =>
      as("village").send("POST", path, bytes, { "content-type": type });
    expect((await send(pngOf(50_000, 50_000), "image/png")).body.code).toBe("PHOTO_UNUSABLE");
    expect((await send(pngOf(50, 50), "image/jpeg")).status).toBe(422);
    expect((await send(pngOf(50, 50), "image/svg+xml")).status).toBe(415);
    expect((await send(new Uint8Array(11 * 1024 * 1024), "image/png")).status).toBe(413);
    expect((await send(pngOf(50, 50), "image/png")).status).toBe(201);
  });
});

it("everyActIsInTheAuditLog", async () => {
  const { body } = await as("auditor").get("/audit?limit=200");
  const actions = new Set(body.items.map(({ action }: { action: string }) => action));
  for (const action of [
    "case.opened",
    "case.decided",
    "visit.record",
    "photo.add",
    "visit.draw",
    "template.set",
  ]) {
    expect(actions).toContain(action);
  }
});
