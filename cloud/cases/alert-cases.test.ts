import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SYSTEM } from "../audit/audit-log.ts";
import type { Episode } from "../detect/site-verdict.ts";
import { insertSite } from "../registry/site-book.ts";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import { adoptAlerts } from "./adopt-alerts.ts";
import { loadAlert, type RecordingFacts, recordEpisodes, storeAlert } from "./alert-book.ts";
import { actOnCase, findCaseOfAlert, loadEntries } from "./case-book.ts";
import type { CaseFacts } from "./case-facts.ts";
import type { CaseAct } from "./case-machine.ts";
import { watchCases } from "./escalation-watch.ts";
import { infoAlert } from "./provisional-alert.ts";
import { verifyCases } from "./verify-cases.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = 1_790_000_000_000;
const NEWS = { before: null, proves: [], fromJournal: false, rebuilding: false };
let folder: string;
let store: OpenDatabase;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-cases-"));
  store = await openDatabase(join(folder, "cloud.sqlite"));
  const settings = { utcOffsetMin: 480, formerLoadW: 60_000, learningDaysMin: 7, declaredCut: [] };
  await insertSite(
    store.db,
    {
      ...{ id: "dyes", name: { zh: "青石染化", en: "Qingshi Dyes" }, address: "工业路 7 号" },
      ...{ region: "qingshi", regionPath: "yunxi/qingshi/", ...settings },
    },
    NOW_MS,
  );
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const episode = (
  level: Episode["level"],
  openedAtMs = NOW_MS,
  closedAtMs: number | null = null,
): Episode => ({
  ...{
    id: `dyes:restart:${openedAtMs}`,
    class: "restart",
    openedAtMs,
    closedAtMs,
    level,
    currentLevel: level,
  },
  ...{ rule: "power-rise", ruleVersion: 1, reasons: [], sentence: { zh: `功率 ${level}`, en: level } },
  history: [{ atMs: openedAtMs, level, findingKey: "p" }],
});

const record = (one: Episode, facts: Partial<RecordingFacts> = {}) =>
  recordEpisodes(store.db, "dyes", [one], { nowMs: NOW_MS, fromJournal: true, foretold: [], ...facts });

async function caseOf(alert: string): Promise<CaseFacts> {
  const facts = await findCaseOfAlert(store.db, alert);
  if (!facts) throw new Error(`no case of ${alert}`);
  return facts;
}
async function act(facts: CaseFacts, ...acts: CaseAct[]): Promise<CaseFacts> {
  let now = facts;
  for (const one of acts) now = await actOnCase(store.db, now, one, { actor: SYSTEM, nowMs: NOW_MS + 1 });
  return now;
}
const told = async () =>
  (await store.db.selectFrom("notification").select("notification_json").orderBy("ord").execute())
    .map(({ notification_json }) => JSON.parse(notification_json))
    .map(({ kind, level, late }) => [kind, level, late].join(" "));

const FALSE_ALARM: CaseAct[] = [
  { act: "acknowledged" },
  { act: "decided", verdict: "false-alarm", reason: "邻居的焊机" },
];

describe("an alert's case", () => {
  it("isOpenedOnceAndToldOnce", async () => {
    await record(episode("orange"));
    await record({ ...episode("orange"), sentence: { zh: "变", en: "changed" } });
    expect(await told()).toEqual(["case-opened orange false"]);
    expect(await caseOf(`dyes:restart:${NOW_MS}`)).toMatchObject({
      state: "new",
      regionPath: "yunxi/qingshi/",
    });
    expect(await store.db.selectFrom("case").select("id").execute()).toEqual([{ id: "2026-000001" }]);
  });

  it("isToldAgainWhenItRisesAlthoughSomebodyAcknowledgedIt", async () => {
    await record(episode("yellow"));
    await act(await caseOf(`dyes:restart:${NOW_MS}`), { act: "acknowledged" });
    await record(episode("red"), { nowMs: NOW_MS + 60_000 });
    expect(await told()).toEqual(["case-opened yellow false", "case-raised red false"]);
    expect(await caseOf(`dyes:restart:${NOW_MS}`)).toMatchObject({ state: "new", acknowledged: null });
  });

  it("keepsItsVerdictWhateverTheFoldSaysLater", async () => {
    await record(episode("red"));
    const decided = await act(await caseOf(`dyes:restart:${NOW_MS}`), ...FALSE_ALARM);
    await record(episode("orange", NOW_MS, NOW_MS + HOUR_MS), { nowMs: NOW_MS + HOUR_MS });
    const then = await caseOf(`dyes:restart:${NOW_MS}`);
    expect([then.verdict, then.state]).toEqual([decided.verdict, "verdict"]);
    const acts = (await loadEntries(store.db, then.id)).map((entry) => entry.act);
    expect(acts).toEqual(["opened", "acknowledged", "decided", "lowered", "ended"]);
  });

  it("isFollowedByANewOneWhenTheSiteStartsAgain", async () => {
    await record(episode("red", NOW_MS, NOW_MS + HOUR_MS));
    const first = await act(await caseOf(`dyes:restart:${NOW_MS}`), ...FALSE_ALARM);
    await record(episode("red", NOW_MS + 3 * HOUR_MS), { nowMs: NOW_MS + 3 * HOUR_MS });
    const second = await caseOf(`dyes:restart:${NOW_MS + 3 * HOUR_MS}`);
    expect([second.former, second.state]).toEqual([first.id, "new"]);
  });

  it("isFollowedByANewOneWhenWhatWasFoundToBeNothingBecomesWorse", async () => {
    await record(episode("yellow"));
    const first = await act(await caseOf(`dyes:restart:${NOW_MS}`), ...FALSE_ALARM);
    await record(episode("red"), { nowMs: NOW_MS + HOUR_MS });
    const second = await caseOf(`dyes:restart:${NOW_MS}`);
    expect(second).toMatchObject({ former: first.id, level: "red", state: "new", verdict: null });
    expect(await told()).toEqual(["case-opened yellow false", "case-opened red false"]);
  });

  it("keepsTheCaseOfTheNoticeThatForetoldIt", async () => {
    const early = {
      ...infoAlert("dyes:notice:1", "dyes", "seal", { zh: "急报", en: "notice" }, NOW_MS, NOW_MS),
    };
    const provisional = { ...early, class: "restart" as const, level: "orange" as const, provisional: true };
    await storeAlert(store.db, provisional, "notice", NEWS);
    const opened = await caseOf("dyes:notice:1");
    const foretold = [{ eventMs: NOW_MS, raisedMs: NOW_MS, alert: "dyes:notice:1" }];
    await record(episode("orange"), { foretold, nowMs: NOW_MS + 1_000 });
    const proven = await caseOf(`dyes:restart:${NOW_MS}`);
    expect([proven.id, proven.provisional, await told()]).toEqual([
      opened.id,
      false,
      ["case-opened orange false"],
    ]);
  });

  it("isToldAsWithdrawnWhenTheJournalDoesNotBearOutTheNotice", async () => {
    const early = infoAlert(
      "dyes:notice:1",
      "dyes",
      "mains-lost",
      { zh: "失电", en: "lost" },
      NOW_MS,
      NOW_MS,
    );
    await storeAlert(store.db, { ...early, provisional: true }, "notice", NEWS);
    const over = { provisional: false, withdrawnMs: NOW_MS + 9, closedMs: NOW_MS + 9, updatedMs: NOW_MS + 9 };
    await storeAlert(store.db, { ...early, ...over }, "notice", { ...NEWS, before: early });
    expect(await told()).toEqual(["case-opened blue false", "case-withdrawn blue false"]);
    expect(await caseOf("dyes:notice:1")).toMatchObject({ state: "new", withdrawn: true });
  });
});

describe("the past", () => {
  it("isNotToldByARebuild", async () => {
    await record(episode("red"), { rebuilding: true });
    expect(await told()).toEqual([]);
    expect(await watchCases(store.db, NOW_MS + 1_000 * HOUR_MS)).toEqual([]);
    expect(await told()).toEqual([]);
  });

  it("thatARebuildFoundIsToldOnceItGoesOnBeforeOurEyes", async () => {
    await record(episode("red"), { rebuilding: true });
    await record({ ...episode("red"), sentence: { zh: "仍在", en: "still" } }, { nowMs: NOW_MS + HOUR_MS });
    expect(await told()).toEqual(["case-opened red false"]);
    expect((await caseOf(`dyes:restart:${NOW_MS}`)).sinceMs).toBe(NOW_MS + HOUR_MS);
  });

  it("thatAJournalBringsLateIsToldAsLate", async () => {
    await record(episode("red", NOW_MS - 72 * HOUR_MS, NOW_MS - 70 * HOUR_MS));
    const [row] = await store.db.selectFrom("notification").select("notification_json").execute();
    const { late, sentence, eventMs, raisedMs } = JSON.parse(row?.notification_json ?? "{}");
    expect([late, eventMs, raisedMs]).toEqual([true, NOW_MS - 72 * HOUR_MS, NOW_MS]);
    expect(sentence.zh).toMatch(/迟到记录（发生 09-18 .*获知 09-21 /);
  });

  it("thatANewContextShowsIsEnteredAndNotTold", async () => {
    await record(episode("red", NOW_MS - 72 * HOUR_MS, NOW_MS - 70 * HOUR_MS), { fromJournal: false });
    expect([await told(), (await caseOf(`dyes:restart:${NOW_MS - 72 * HOUR_MS}`)).quiet]).toEqual([[], true]);
  });
});

describe("the watch", () => {
  it("tellsTheRegionAboveOnceWhenNobodyAcknowledges", async () => {
    await record(episode("red"));
    for (const minutes of [9, 10, 11]) await watchCases(store.db, NOW_MS + minutes * 60_000);
    expect(await told()).toEqual(["case-opened red false", "case-escalated red false"]);
    const last = await store.db.selectFrom("notification").select("notification_json").execute();
    expect(JSON.parse(last[1]?.notification_json ?? "{}").regionPath).toBe("yunxi/");
    const facts = await caseOf(`dyes:restart:${NOW_MS}`);
    expect((await loadEntries(store.db, facts.id)).map((entry) => entry.act)).toEqual([
      "opened",
      "escalated",
    ]);
  });

  it("notesThatSomebodyWasReachedOnceAMessageWasDelivered", async () => {
    await record(episode("red"));
    const facts = await caseOf(`dyes:restart:${NOW_MS}`);
    await watchCases(store.db, NOW_MS);
    expect((await caseOf(facts.alert)).state).toBe("new");
    const values = { id: "d-1", notification: `${facts.id}:case-opened`, channel: "wecom", person: null };
    await store.db
      .insertInto("delivery")
      .values({
        ...{ ...values, level_rank: 4, state: "delivered", due_ms: NOW_MS, route_json: "{}", message: null },
        ...{ created_ms: NOW_MS, done_ms: NOW_MS },
      })
      .execute();
    await watchCases(store.db, NOW_MS + 1_000);
    expect((await caseOf(facts.alert)).state).toBe("notified");
  });
});

it("anAlertFromBeforeThereWereCasesGetsOneQuietly", async () => {
  await record(episode("red"));
  for (const table of ["case", "case_alert", "notification"] as const)
    await store.db.deleteFrom(table).execute();
  await adoptAlerts(store.db);
  await adoptAlerts(store.db);
  expect([(await caseOf(`dyes:restart:${NOW_MS}`)).quiet, await told()]).toEqual([true, []]);
  expect(await store.db.selectFrom("case").select("id").execute()).toHaveLength(1);
});

it("everyEntryFollowsFromTheOneBefore", async () => {
  await record(episode("red"));
  await act(await caseOf(`dyes:restart:${NOW_MS}`), ...FALSE_ALARM);
  const rows = await store.db.selectFrom("case_entry").selectAll().orderBy("id").execute();
  expect(rows.slice(1).map(({ prev_hash }) => prev_hash)).toEqual(rows.slice(0, -1).map(({ hash }) => hash));
  expect(await verifyCases(store.db)).toMatchObject({ entries: 3, brokenAt: null });
  const forged = rows[2]?.entry_json.replace("false-alarm", "confirmed") ?? "";
  await store.db.updateTable("case_entry").set({ entry_json: forged }).where("id", "=", 3).execute();
  expect((await verifyCases(store.db)).brokenAt?.id).toBe(3);
  expect(await loadAlert(store.db, `dyes:restart:${NOW_MS}`)).not.toBeNull();
});

it("aRevisionThatBeginsTheEpisodeEarlierKeepsTheCaseAndItsVerdict", async () => {
  await record(episode("red"));
  const decided = await act(await caseOf(`dyes:restart:${NOW_MS}`), ...FALSE_ALARM);
  await record(episode("red", NOW_MS - HOUR_MS), { judgedSinceMs: NOW_MS - 2 * HOUR_MS, nowMs: NOW_MS + 9 });
  const then = await caseOf(`dyes:restart:${NOW_MS - HOUR_MS}`);
  expect([then.id, then.verdict, await told()]).toEqual([
    decided.id,
    decided.verdict,
    ["case-opened red false"],
  ]);
});
