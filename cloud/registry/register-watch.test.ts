import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import { enterMeasure, findMeasure, saveMeasure } from "./closure-measure.ts";
import { endPermit, insertPermit } from "./permit-book.ts";
import { announceEndMs, watchRegister } from "./register-watch.ts";
import { insertSite } from "./site-book.ts";
import { UNKNOWN_SETTINGS } from "./site-record.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 4, 10, 4);
const LI = { by: "u-1", name: "li.wei", atMs: NOW_MS };
let folder: string;
let store: OpenDatabase;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-register-watch-"));
  store = await openDatabase(join(folder, "cloud.sqlite"));
  for (const id of ["dyes", "kiln"]) {
    const place = { region: "qingshi", regionPath: "yunxi/qingshi/", address: "" };
    await insertSite(store.db, { id, name: { zh: id, en: id }, ...place, ...UNKNOWN_SETTINGS }, NOW_MS);
  }
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function enter(change: { dueDate?: string; doneDate?: string | null }): Promise<void> {
  const before = await findMeasure(store.db, "dyes", "cut-power");
  await saveMeasure(store.db, "dyes", enterMeasure(before, change, LI, 480));
}

const permit = (fromMs: number, toMs: number) =>
  insertPermit(
    store.db,
    {
      ...{ kind: "demolition", approver: "王科长", reason: "拆除反应釜", sensors: null, fromMs, toMs },
      ...{ createdBy: "li.wei", createdMs: fromMs },
    },
    ["dyes", "kiln"],
  );

async function told(): Promise<string[]> {
  const rows = await store.db.selectFrom("notification").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
}

describe("a measure", () => {
  it("isToldAsOverdueOnceForEachDueDate", async () => {
    await enter({ dueDate: "2026-05-09" });
    const dueMs = Date.UTC(2026, 4, 9, 16);
    expect(await watchRegister(store.db, dueMs - 1)).toBe(0);
    expect(await watchRegister(store.db, dueMs)).toBe(1);
    expect(await watchRegister(store.db, NOW_MS)).toBe(0);
    await enter({ dueDate: "2026-05-11" });
    expect(await watchRegister(store.db, NOW_MS)).toBe(0);
    expect(await watchRegister(store.db, NOW_MS + 48 * HOUR_MS)).toBe(1);
    expect(await told()).toEqual([
      "measure-overdue:dyes:cut-power:2026-05-09",
      "measure-overdue:dyes:cut-power:2026-05-11",
    ]);
  });

  it("isNotToldOnceItIsDone", async () => {
    await enter({ dueDate: "2026-05-01", doneDate: "2026-05-02" });
    expect(await watchRegister(store.db, NOW_MS)).toBe(0);
    await enter({ doneDate: null });
    expect(await watchRegister(store.db, NOW_MS)).toBe(1);
  });
});

describe("the end of a permit", () => {
  it("isAnnouncedInItsLastQuarterOrADayAhead", () => {
    const ended = null;
    expect(announceEndMs({ fromMs: 0, toMs: 8 * HOUR_MS, ended })).toBe(6 * HOUR_MS);
    expect(announceEndMs({ fromMs: 0, toMs: 480 * HOUR_MS, ended })).toBe(456 * HOUR_MS);
  });

  it("isToldAheadAndWhenItCameOnceForEachSite", async () => {
    const { id } = await permit(NOW_MS, NOW_MS + 8 * HOUR_MS);
    const counts: number[] = [];
    for (const hours of [1, 6, 7, 8, 9]) {
      counts.push(await watchRegister(store.db, NOW_MS + hours * HOUR_MS));
    }
    expect(counts).toEqual([0, 2, 0, 2, 0]);
    expect(await told()).toEqual(
      ["permit-ended", "permit-ending"].flatMap((kind) => [`${kind}:${id}:dyes`, `${kind}:${id}:kiln`]),
    );
  });

  it("isToldAtOnceWhenSomebodyEndsIt", async () => {
    const { id, version } = await permit(NOW_MS, NOW_MS + 200 * HOUR_MS);
    await endPermit(store.db, { id, version }, { atMs: NOW_MS + HOUR_MS, by: "li.wei", reason: "完工" });
    expect(await watchRegister(store.db, NOW_MS + HOUR_MS)).toBe(2);
    expect(await watchRegister(store.db, NOW_MS + 200 * HOUR_MS)).toBe(0);
  });
});
