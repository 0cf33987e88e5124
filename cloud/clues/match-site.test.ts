import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readClueList } from "./clue-list.ts";
import { normalised, siteMatcher } from "./match-site.ts";

const sites = [
  { id: "dyes", name: "青石染化有限公司", address: "云溪县青石镇工业路7号", notes: "用电户号 1402233445" },
  { id: "resin", name: "白河树脂厂", address: "云溪县白河乡老砖窑院内", notes: "" },
  { id: "salts", name: "青石盐业有限责任公司", address: "云溪县青石镇南街12号", notes: "" },
];
const match = siteMatcher(sites);
const best = (name: string, address = "", account = "") => match({ name, address, account })[0];

describe("a clue", () => {
  it("meansTheSiteWhoseNameIsWrittenALittleOtherwise", () => {
    expect(best("青石染化")?.site).toBe("dyes");
    expect(best("青石染化（有限公司）")).toMatchObject({ site: "dyes", score: 1 });
    expect(best("白河树酯厂")?.site).toBe("resin");
  });

  it("meansTheSiteAtItsAddress", () => {
    expect(best("", "青石镇工业路７号")).toMatchObject({ site: "dyes", by: "address" });
    expect(best("不知名作坊", "白河乡老砖窑")?.site).toBe("resin");
  });

  it("meansTheSiteOfItsElectricityAccountWhateverItIsCalled", () => {
    expect(best("某某商贸", "", "14-0223-3445")).toEqual({ site: "dyes", score: 1, by: "account" });
  });

  it("ofASitethatNobodyKnowsMeansNone", () => {
    expect(match({ name: "南山养殖场", address: "北沟村", account: "" })).toEqual([]);
    expect(match({ name: "", address: "", account: "" })).toEqual([]);
  });

  it("isFoundByItsOwnNameAmongAnyOthers", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 4, maxLength: 12 })), (names) => {
        const kept = names.filter((name) => normalised(name).length >= 2);
        const some = kept.map((name, index) => ({ id: String(index), name, address: "", notes: "" }));
        const find = siteMatcher(some);
        for (const { name } of some) {
          const scores = find({ name, address: "", account: "" });
          expect(scores[0]?.score).toBe(1);
        }
      }),
    );
  });
});

describe("a list", () => {
  const rows = (csv: string) => readClueList(new TextEncoder().encode(csv));

  it("isReadByTheNamesOfItsColumns", () => {
    const [row] = rows('\uFEFF序号,户名,用电地址,户号\n1,"青石,染化",工业路,140223\n');
    expect(row).toMatchObject({
      line: 2,
      name: "青石,染化",
      address: "工业路",
      account: "140223",
      problem: null,
    });
  });

  it("inTheEncodingOfOfficeSpreadsheetsIsReadToo", () => {
    const gbk = new Uint8Array([0xc3, 0xfb, 0xb3, 0xc6, 0x0a, 0xc7, 0xe0, 0xca, 0xaf, 0x0a]);
    expect(readClueList(gbk)[0]?.name).toBe("青石");
  });

  it("namesEveryBadRow", () => {
    const bad = rows(`名称,地址\n,\n好,\n${"长".repeat(201)},\n`);
    expect(bad.map(({ line, problem }) => [line, problem === null])).toEqual([
      [2, false],
      [3, true],
      [4, false],
    ]);
    expect(() => rows("a,b\n1,2")).toThrow(/名称/);
  });
});
