import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Episode } from "../detect/site-verdict.ts";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import { judgedSinceMs, listAlerts, recordEpisodes } from "./alert-book.ts";

const DAY_MS = 86_400_000;
const NOW_MS = 1000 * DAY_MS;
let folder: string;
let store: OpenDatabase;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-alerts-"));
  store = await openDatabase(join(folder, "cloud.sqlite"));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const at = (nowMs: number) => ({ nowMs, fromJournal: true, foretold: [] });

function episode(openedDay: number, closedDay: number | null, level: Episode["level"] = "orange"): Episode {
  return {
    id: `site:restart:${openedDay}`,
    class: "restart",
    openedAtMs: openedDay * DAY_MS,
    closedAtMs: closedDay === null ? null : closedDay * DAY_MS,
    level,
    currentLevel: level,
    rule: "contact-opened",
    ruleVersion: 1,
    reasons: [],
    sentence: { zh: "封条断开", en: "seal opened" },
    history: [{ atMs: openedDay * DAY_MS, level, findingKey: "seal" }],
  };
}

describe("alerts", () => {
  it("areRecordedOnceHoweverOftenTheyAreJudged", async () => {
    expect(await recordEpisodes(store.db, "site", [episode(990, null)], at(NOW_MS))).toHaveLength(1);
    expect(await recordEpisodes(store.db, "site", [episode(990, null)], at(NOW_MS + 5))).toEqual([]);
    const entries = await store.db.selectFrom("alert_entry").selectAll().execute();
    expect(entries).toHaveLength(1);
  });

  it("keepTheTimesTheCloudKnewThroughEveryChange", async () => {
    await recordEpisodes(store.db, "site", [episode(990, null)], at(NOW_MS));
    const higher = episode(990, null, "red");
    const history = [
      ...episode(990, null).history,
      { atMs: 990.5 * DAY_MS, level: "red" as const, findingKey: "p" },
    ];
    await recordEpisodes(store.db, "site", [{ ...higher, history }], at(NOW_MS + 60_000));
    const [alert] = await listAlerts(store.db, { site: "site" });
    expect(alert).toMatchObject({ level: "red", raisedMs: NOW_MS, updatedMs: NOW_MS + 60_000 });
    expect(alert?.history.map((change) => change.recordedMs)).toEqual([NOW_MS, NOW_MS + 60_000]);
  });

  it("keepWhatWasToldAndSayThatItNoLongerHolds", async () => {
    const judged = { ...at(NOW_MS), judgedSinceMs: 900 * DAY_MS };
    const higher = episode(990, null, "red");
    const history = [
      ...episode(990, null).history,
      { atMs: 990.5 * DAY_MS, level: "red" as const, findingKey: "p" },
    ];
    await recordEpisodes(store.db, "site", [{ ...higher, history }], judged);
    const later = { ...judged, nowMs: NOW_MS + 60_000 };
    await recordEpisodes(store.db, "site", [episode(990, null)], later);
    expect(
      await recordEpisodes(store.db, "site", [episode(990, null)], { ...later, nowMs: NOW_MS + 70_000 }),
    ).toEqual([]);
    const [alert] = await listAlerts(store.db, { site: "site" });
    expect(alert).toMatchObject({ level: "orange", currentLevel: "orange", withdrawnMs: null });
    expect(alert?.history).toEqual([
      { level: "orange", eventMs: 990 * DAY_MS, recordedMs: NOW_MS, withdrawnMs: null },
      { level: "red", eventMs: 990.5 * DAY_MS, recordedMs: NOW_MS, withdrawnMs: NOW_MS + 60_000 },
    ]);
  });

  it("areWithdrawnByAnEntryWhenTheirEpisodeIsFoundNoMore", async () => {
    const judged = { ...at(NOW_MS), judgedSinceMs: 900 * DAY_MS };
    await recordEpisodes(
      store.db,
      "site",
      [episode(950, 951), episode(990, null), episode(800, 801)],
      judged,
    );
    const later = { ...judged, nowMs: NOW_MS + 60_000 };
    const changed = await recordEpisodes(store.db, "site", [episode(989, null)], later);
    expect(changed.map(({ id, withdrawnMs, supersededBy }) => [id, withdrawnMs, supersededBy])).toEqual([
      ["site:restart:989", null, null],
      ["site:restart:950", later.nowMs, null],
      ["site:restart:990", later.nowMs, "site:restart:989"],
    ]);
    expect(changed[1]?.history.map((entry) => entry.withdrawnMs)).toEqual([later.nowMs]);
    expect(await recordEpisodes(store.db, "site", [episode(989, null)], later)).toEqual([]);
    const back = await recordEpisodes(store.db, "site", [episode(990, null)], {
      ...later,
      nowMs: NOW_MS + 90_000,
    });
    expect(back[0]).toMatchObject({ id: "site:restart:990", withdrawnMs: null, supersededBy: null });
    expect(back[0]?.history.map((entry) => entry.withdrawnMs)).toEqual([later.nowMs, null]);
  });

  it("areChainedSoThatNoEntryCanBeChangedUnseen", async () => {
    await recordEpisodes(store.db, "site", [episode(980, 981), episode(990, null)], at(NOW_MS));
    const entries = await store.db.selectFrom("alert_entry").selectAll().orderBy("id").execute();
    expect(entries[1]?.prev_hash).toBe(entries[0]?.hash);
  });
});

describe("what is judged again", () => {
  it("goesBackByAHorizonWhenNothingReachesIntoIt", async () => {
    await recordEpisodes(store.db, "site", [episode(100, 101)], at(NOW_MS));
    expect(await judgedSinceMs(store.db, "site", NOW_MS)).toBe(940 * DAY_MS);
  });

  it("goesBackToTheBeginningOfAnEpisodeThatIsStillOpen", async () => {
    await recordEpisodes(store.db, "site", [episode(300, null), episode(400, 401)], at(NOW_MS));
    expect(await judgedSinceMs(store.db, "site", NOW_MS)).toBe(300 * DAY_MS);
  });

  it("goesBackThroughEpisodesThatOverlap", async () => {
    await recordEpisodes(
      store.db,
      "site",
      [episode(900, 945), episode(850, 901), episode(100, 800)],
      at(NOW_MS),
    );
    expect(await judgedSinceMs(store.db, "site", NOW_MS)).toBe(850 * DAY_MS);
  });

  it("isNotMovedByAnotherSite", async () => {
    await recordEpisodes(store.db, "other", [episode(1, null)], at(NOW_MS));
    expect(await judgedSinceMs(store.db, "site", NOW_MS)).toBe(940 * DAY_MS);
  });
});
