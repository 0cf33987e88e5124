import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { insertSite } from "../registry/site-book.ts";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import { storeAlert } from "./alert-book.ts";
import { findCaseOfAlert } from "./case-book.ts";
import { linkedAlert } from "./linked-alert.ts";
import { infoAlert } from "./provisional-alert.ts";

const NOW_MS = 1_790_000_000_000;
const NEWS = { before: null, proves: [], fromJournal: false, rebuilding: false };
let folder: string;
let store: OpenDatabase;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sw-linked-"));
  store = await openDatabase(join(folder, "cloud.sqlite"));
  const settings = { utcOffsetMin: 480, formerLoadW: 60_000, learningDaysMin: 7, declaredCut: [] };
  const names = { name: { zh: "青石染化", en: "Qingshi Dyes" }, address: "工业路 7 号" };
  const place = { region: "qingshi", regionPath: "yunxi/qingshi/" };
  await insertSite(store.db, { id: "dyes", ...names, ...place, ...settings }, NOW_MS);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

it("theAlertBehindALinkIsTheCasesLevelItsSiteAndTheStrongestReason", async () => {
  const sentence = { zh: "红色：两个迹象", en: "red: two signs" };
  const text = { zh: "总进线功率升至 12.4 kW", en: "incomer power rose to 12.4 kW" };
  const reason = {
    ...{ rule: "power-rise", ruleVersion: 1, evidence: "power" as const, strength: "strong" as const },
    ...{ settling: false, active: true, atMs: NOW_MS, fromMs: NOW_MS, toMs: NOW_MS, measured: 12_400 },
    ...{ expected: 300, unit: "W", text, channel: 1, device: "meter", gateway: "gw-1", proof: [] },
  };
  const info = infoAlert("dyes:1", "dyes", "power-rise", sentence, NOW_MS, NOW_MS + 1_000);
  const alert = { ...info, class: "restart" as const, level: "red" as const, currentLevel: "red" as const };
  const weaker = { ...reason, text: { zh: "门开了", en: "a door opened" } };
  await storeAlert(store.db, { ...alert, reasons: [reason, weaker] }, "episode", NEWS);
  const id = (await findCaseOfAlert(store.db, alert.id))?.id ?? "";
  const told = {
    ...{ level: "red", provisional: false, siteName: { zh: "青石染化", en: "Qingshi Dyes" } },
    ...{ sinceMs: NOW_MS, endedMs: null, utcOffsetMin: 480 },
  };
  expect(await linkedAlert(store.db, id)).toEqual({ ...told, reason: text });

  // What was taken back says so by its sentence, and what has no reasons by the only one it has.
  const over = { ...alert, reasons: [reason], closedMs: NOW_MS + 9, withdrawnMs: NOW_MS + 9 };
  await storeAlert(store.db, over, "episode", { ...NEWS, before: alert });
  expect(await linkedAlert(store.db, id)).toMatchObject({ reason: sentence, endedMs: NOW_MS + 9 });
  expect(await linkedAlert(store.db, "no-such-case")).toBeNull();
});
