import { afterAll, beforeAll, describe, expect, it } from "vitest";
import writeWorkbook from "write-excel-file/node";
import { type Person, TestCounty, type Told } from "../test-county.fixture.ts";

let county: TestCounty;
let officer: Person;
let second: Person;
let villager: Person;
let elsewhere: Person;

beforeAll(async () => {
  county = await TestCounty.start();
  officer = await county.enter("li.wei", "county-officer", "yunxi");
  second = await county.enter("sun.qi", "county-officer", "yunxi");
  villager = await county.enter("zhao.liu", "grid-member", "qingshi");
  elsewhere = await county.enter("wang.wu", "county-officer", "linxi");
}, 180_000);
afterAll(() => county.close());

const CSV = { "content-type": "text/csv" };
const upload = (person: Person, text: string, query = ""): Promise<Told> =>
  person.send("POST", `/imports${query}`, Buffer.from(text), CSV);
const apply = (person: Person, { body }: Told): Promise<Told> => person.post(`/imports/${body.id}/apply`);
const names = async (person: Person): Promise<string[]> =>
  (await person.get("/sites")).body.items.map(({ name }: { name: { zh: string } }) => name.zh).sort();

const LIST = `\ufeff已退出危险化学品生产的企业名单
序号,企业名称,地址
1,青石染化厂,青石镇工业路 3 号
2,白河助剂厂,白河乡
`;

describe("attachment 1 as it is", () => {
  it("isShownThenEnteredAsAWholeAndChangesNothingASecondTime", async () => {
    const shown = await upload(officer, LIST);
    expect([shown.status, shown.body.counts, shown.body.bad]).toEqual([
      201,
      { add: 2, change: 0, unchanged: 0 },
      [],
    ]);
    expect(await names(officer)).toEqual([]);
    expect((await apply(officer, shown)).body).toEqual({ added: 2, changed: 0 });
    expect(await names(officer)).toEqual(["白河助剂厂", "青石染化厂"]);
    const again = await upload(officer, LIST);
    expect(again.body.counts).toEqual({ add: 0, change: 0, unchanged: 2 });
    expect((await apply(officer, again)).body).toEqual({ added: 0, changed: 0 });
  });

  it("findsItsSitesAgainInTheTownshipsToWhichTheyWereMoved", async () => {
    const { body } = await officer.get(`/sites?q=${encodeURIComponent("青石")}`);
    const path = `/sites/${body.items[0].id}/register`;
    expect((await officer.patch(path, 1, { region: "qingshi" })).status).toBe(200);
    expect((await upload(officer, LIST)).body.counts).toEqual({ add: 0, change: 0, unchanged: 2 });
    expect(await names(villager)).toEqual(["青石染化厂"]);
  });
});

const FULL = "企业名称,所属区域,类别,关停日期,经度,纬度,闲置生产线,联系电话,没人懂的列";

describe("a preview", () => {
  it("namesEveryBadCellByPlaceAndReasonAndNothingIsEntered", async () => {
    const shown = await upload(
      officer,
      `${FULL}
甲厂,青石镇,已退出企业,2026-02-30,113.5,34.1,是,13900000000,x
乙厂,禾山镇,没有的类别,2026/2/3,34.1,113.5,也许,电话,x
,青石镇,取缔,,113.5,,,,
甲厂,云溪县/青石镇,,,,,,,
青石染化厂,白河乡,,,,,,,
`,
    );
    const places = shown.body.bad.map(
      ({ row, column, header }: { row: number; column: string; header: string }) =>
        `${column}${row} ${header}`,
    );
    expect(places).toEqual([
      ...["D2 关停日期", "C3 类别", "F3 纬度", "G3 闲置生产线", "H3 联系电话"],
      ...["A4 企业名称", "F4 纬度"],
    ]);
    expect(shown.body.bad[0].reason).toEqual({
      zh: "应为日期，如 2026-03-01",
      en: "write a date such as 2026-03-01",
    });
    expect([shown.body.badCells, shown.body.ignored]).toEqual([7, ["没人懂的列"]]);
    const refused = await apply(officer, shown);
    expect([refused.status, refused.body.code]).toEqual([422, "IMPORT_BAD_CELLS"]);
    expect(await names(officer)).toEqual(["白河助剂厂", "青石染化厂"]);
  });

  it("knowsRegionsByPathWithinTheImportersReachOnlyAndEachSiteOnce", async () => {
    const shown = await upload(
      officer,
      `${FULL}
丙厂,禾山镇
丙厂,云溪县/青石镇
丙厂,qingshi
丁厂,东平市
`,
    );
    const told = shown.body.bad.map(
      ({ row, column, reason }: { row: number; column: string; reason: { en: string } }) => [
        `${column}${row}`,
        reason.en,
      ],
    );
    expect(told).toEqual([
      ["B2", "no region of yours has this name"],
      ["A4", "the same site as row 3 of CSV"],
      ["B5", "no region of yours has this name"],
    ]);
  });

  it("tellsOldAndNewOfWhatWouldChange", async () => {
    const text = "企业名称,类别,闲置生产线,原用电负荷（千瓦）\n青石染化厂,取缔,是,60\n白河助剂厂,,,\n";
    const shown = await upload(officer, text, "?region=yunxi&name=2026.csv");
    expect(shown.body).toMatchObject({ fileName: "2026.csv", counts: { add: 0, change: 1, unchanged: 1 } });
    const rows = await officer.get(`/imports/${shown.body.id}/rows?act=change`);
    expect(rows.body.items).toMatchObject([
      {
        name: "青石染化厂",
        changes: [
          { field: "category", before: "other", after: "banned" },
          { field: "idleLine", before: "false", after: "true" },
          { field: "formerLoadW", before: "0", after: "60000" },
        ],
      },
    ]);
    expect((await apply(officer, shown)).body).toEqual({ added: 0, changed: 1 });
    const { body } = await officer.get(`/sites/${rows.body.items[0].site}`);
    expect(body.formerLoadW).toBe(60_000);
  });

  it("isRefusedOnceTheRegisterChangedUnderItOrItWasApplied", async () => {
    const shown = await upload(officer, "企业名称,类别\n白河助剂厂,取缔\n");
    const { body } = await officer.get(`/sites?q=${encodeURIComponent("白河助剂")}`);
    await officer.patch(`/sites/${body.items[0].id}/register`, 1, { notes: "meanwhile" });
    const stale = await apply(officer, shown);
    expect([stale.status, stale.body.code]).toEqual([409, "IMPORT_STALE"]);
    const fresh = await upload(officer, "企业名称,类别\n白河助剂厂,取缔\n");
    expect((await apply(officer, fresh)).status).toBe(200);
    expect((await apply(officer, fresh)).body.code).toBe("IMPORT_STALE");
  });

  it("isItsOwnersAlone", async () => {
    const shown = await upload(officer, LIST);
    expect((await apply(second, shown)).status).toBe(404);
    expect((await second.get(`/imports/${shown.body.id}`)).status).toBe(404);
    expect((await officer.get(`/imports/${shown.body.id}`)).body.counts.unchanged).toBe(2);
    expect((await upload(villager, LIST)).status).toBe(403);
    expect((await upload(elsewhere, LIST, "?region=yunxi")).body.code).toBe("REGION_UNKNOWN");
  });

  it("doesNotTakeAnIdOfAnotherCounty", async () => {
    await elsewhere.post("/sites", {
      id: "heshan-kiln",
      region: "heshan",
      name: { zh: "禾山砖瓦厂", en: "" },
    });
    const shown = await upload(officer, "id,name\nheshan-kiln,借名厂\n");
    expect(shown.body.bad).toMatchObject([{ row: 2, column: "A", reason: { en: "this id cannot be used" } }]);
  });
});

describe("files", () => {
  it("mayBeXlsxAndTheTemplateIsTaken", async () => {
    const data = [
      ["企业名称", "地址"],
      ["戊厂", "青石镇"],
    ].map((row) => row.map((value) => ({ value })));
    const bytes = await writeWorkbook(data, { sheet: "附件1" }).toBuffer();
    const shown = await officer.send("POST", "/imports", bytes, {
      "content-type": "application/octet-stream",
    });
    expect(shown.body.counts.add).toBe(1);
    const template = await officer.get("/imports/template");
    expect(template.headers.get("content-type")).toContain("text/csv");
    expect((await upload(officer, template.body)).body).toMatchObject({ badCells: 0, counts: { add: 1 } });
  });

  it("areRefusedWhenTheyAreNoTablesOrTooLarge", async () => {
    expect((await upload(officer, "hello")).body.bad).toMatchObject([{ row: 1, sheet: "CSV" }]);
    const broken = await officer.send("POST", "/imports", Buffer.from("PK\u0003\u0004nonsense"), CSV);
    expect([broken.status, broken.body.code]).toEqual([422, "IMPORT_UNREADABLE"]);
    const large = await officer.send("POST", "/imports", Buffer.alloc(9 * 1024 * 1024, 65), CSV);
    expect(large.status).toBe(413);
    expect((await officer.post("/imports", {})).status).toBe(415);
  });

  it("ofTenThousandRowsAreEnteredWithoutALongWait", async () => {
    const enter = async (what: string): Promise<number> => {
      const rows = Array.from({ length: 10_000 }, (_, n) => `${n},${what}厂 ${n},白河乡 ${n} 号,13900000000`);
      const started = performance.now();
      const shown = await upload(officer, `序号,企业名称,地址,联系电话\n${rows.join("\n")}\n`);
      expect(shown.body.counts.add).toBe(10_000);
      expect((await apply(officer, shown)).body.added).toBe(10_000);
      const tookMs = performance.now() - started;
      const found = await officer.get(`/sites?q=${encodeURIComponent(`${what}厂 9999`)}`);
      expect(found.body.items).toHaveLength(1);
      return tookMs;
    };
    let leastMs = await enter("批量");
    // A busy machine may have missed it: once more, with others.
    if (leastMs >= 30_000) leastMs = await enter("另一批");
    expect(leastMs).toBeLessThan(30_000);
  }, 180_000);
});
