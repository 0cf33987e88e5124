import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, TestCounty } from "./test-county.fixture.ts";

let county: TestCounty;
let officer: Person;
let village: Person;
let stranger: Person;
let auditor: Person;
const REPORTER = { name: "举报人赵某", phone: "13912345678" };

beforeAll(async () => {
  county = await TestCounty.start();
  officer = await county.enter("officer", "county-officer", "yunxi");
  village = await county.enter("village", "grid-member", "qingshi");
  stranger = await county.enter("stranger", "county-officer", "linxi");
  auditor = await county.enter("auditor", "auditor", "yunxi");
  await county.whileStopped((db) => county.enterSite(db, "dyes", "dongping/yunxi/qingshi/", "青石染化厂"));
}, 180_000);
afterAll(() => county.close());

const act = (who: Person, path: string, version: number, body: unknown) =>
  who.send("POST", path, body, { "if-match": `"v${version}"` });
const report = {
  kind: "report",
  region: "qingshi",
  name: "青石染化",
  text: "夜里有声音",
  reporter: REPORTER,
};

describe("a report", () => {
  it("goesFromReceivedToItsOutcome", async () => {
    const { status, body } = await village.post("/clues", report);
    expect([status, body.state]).toEqual([201, "received"]);
    const { matches } = (await officer.get(`/clues/${body.id}`)).body;
    expect(matches[0].site).toBe("dyes");
    const path = (name: string) => `/clues/${body.id}/${name}`;
    expect((await act(village, path("match"), 1, { site: "dyes" })).status).toBe(403);
    expect((await act(stranger, path("match"), 1, { site: "dyes" })).status).toBe(404);
    expect((await act(officer, path("match"), 1, { site: "dyes" })).body.site).toBe("dyes");
    expect((await act(officer, path("check"), 2, { found: "x" })).body.code).toBe("CLUE_STATE");
    expect((await act(officer, path("assign"), 2, { persons: [stranger.id] })).status).toBe(422);
    expect((await act(officer, path("assign"), 2, { persons: [village.id] })).body.state).toBe("assigned");
    expect((await act(village, path("check"), 3, { found: "机器在转" })).body.state).toBe("checked");
    const told = await act(officer, path("conclude"), 4, { outcome: "confirmed", rewardYuan: 500 });
    expect([told.body.state, told.body.rewardYuan]).toEqual(["concluded", 500]);
    expect((await stranger.get(`/clues/${body.id}`)).status).toBe(404);
  });

  it("neverShowsWhoReportedButByOneActThatIsOnRecord", async () => {
    const key = { "idempotency-key": "report-of-the-night" };
    const { body } = await village.post("/clues", report, key);
    const again = await village.post("/clues", report, key);
    expect(again.body.id).toBe(body.id);
    const ask = (who: Person, reason: unknown) => who.post(`/clues/${body.id}/reporter`, { reason });
    expect([(await ask(village, "x")).status, (await ask(auditor, "x")).status]).toEqual([403, 403]);
    expect((await ask(stranger, "x")).status).toBe(404);
    expect((await ask(officer, "")).status).toBe(400);
    expect((await ask(officer, "发放奖金")).body.reporter).toEqual(REPORTER);
    const seen = await Promise.all([
      ...[`/clues/${body.id}`, "/clues?limit=200", "/audit?limit=200"].map((path) => auditor.get(path)),
      officer.get(`/clues/${body.id}`),
    ]);
    for (const { status, body: told } of seen) {
      expect(status).toBe(200);
      expect(JSON.stringify(told)).not.toMatch(/赵某|13912345678/);
    }
    const audited = seen[2]?.body.items.find(({ action }: { action: string }) => action === "clue.reporter");
    expect(JSON.stringify(audited)).toContain("发放奖金");
  });

  it("leavesWhoReportedInOneTableOnly", async () => {
    await county.whileStopped(async (db) => {
      const tables = await db.introspection.getTables();
      for (const { name } of tables) {
        const rows = await db
          .selectFrom(name as "clue")
          .selectAll()
          .execute();
        expect([name, JSON.stringify(rows).includes("13912345678")]).toEqual([
          name,
          name === "clue_reporter",
        ]);
      }
    });
    expect(readFileSync(join(county.folder, "data", "cloud.sqlite")).length).toBeGreaterThan(0);
  });
});

describe("a list", () => {
  const send = (apply: boolean, csv: string) =>
    officer.send(
      "POST",
      `/clues/import?kind=power-list&region=yunxi&apply=${apply}`,
      new TextEncoder().encode(csv),
      { "content-type": "text/csv" },
    );

  it("isPreviewedThenEnteredOnceAsAWholeOrNotAtAll", async () => {
    const csv = "户名,用电地址,户号\n青石染化厂,青石镇,14022334\n新街作坊,新街,14099999\n";
    const preview = await send(false, csv);
    expect([preview.status, preview.body.applied, preview.body.rows[0].matches[0].site]).toEqual([
      200,
      false,
      "dyes",
    ]);
    expect((await send(true, `${csv},,1\n`)).body).toMatchObject({ applied: false, entered: 0 });
    expect((await send(true, csv)).body).toMatchObject({ applied: true, entered: 2 });
    expect((await send(true, csv)).body).toMatchObject({ applied: true, entered: 0 });
    expect((await officer.get("/clues?kind=power-list")).body.items).toHaveLength(2);
    expect(
      (
        await village.send("POST", "/clues/import?kind=power-list&region=qingshi", new Uint8Array(1), {
          "content-type": "text/csv",
        })
      ).status,
    ).toBe(403);
  });
});
