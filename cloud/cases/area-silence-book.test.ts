import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { areaSilences, type SilenceAtSite } from "../detect/area-silence.ts";
import { MINUTE_MS } from "../detect/local-time.ts";
import { judgeSite } from "../detect/site-verdict.ts";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import { listAlerts, recordEpisodes } from "./alert-book.ts";
import { areaAlertOf, recordAreaSilence } from "./area-silence-book.ts";

const FROM_MS = 20_000 * 86_400_000;
let folder: string;
let store: OpenDatabase;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sealwatch-area-"));
  store = await openDatabase(join(folder, "cloud.sqlite"));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** What the pipeline does when a site is judged. */
async function judge(site: string, all: readonly SilenceAtSite[], nowMs: number): Promise<number> {
  const areas = areaSilences("清石镇", all);
  const { episodes } = judgeSite({
    site,
    findings: [],
    silences: all.filter((silence) => silence.site === site),
    baseline: "accepted",
    untilMs: nowMs,
  });
  const changed = await recordEpisodes(store.db, site, episodes, {
    nowMs,
    fromJournal: false,
    foretold: [],
    judgedSinceMs: 0,
    toldBy: (episode) => areaAlertOf(areas, site, episode),
  });
  const facts = { nowMs, utcOffsetMin: 480, fromJournal: false, rebuilding: false };
  let count = changed.length;
  for (const area of areas) count += (await recordAreaSilence(store.db, area, facts)).length;
  return count;
}

function silent(site: string, afterMin: number, toMs: number | null): SilenceAtSite {
  return { site, gateway: `gw-${site}`, fromMs: FROM_MS + afterMin * MINUTE_MS, toMs };
}

it("tells the silences of one area as one alert with a list, and ends with the last of them", async () => {
  const nowMs = FROM_MS + 10 * MINUTE_MS;
  await judge("a", [silent("a", 0, null)], nowMs);
  expect((await listAlerts(store.db, {})).map(({ id }) => id)).toEqual([`a:silence:${FROM_MS}`]);
  const both = [silent("a", 0, null), silent("b", 4, null)];
  await judge("b", both, nowMs + MINUTE_MS);
  const [one, ...others] = await listAlerts(store.db, {});
  expect(others).toEqual([]);
  expect(one).toMatchObject({ id: `area:清石镇:silence:${FROM_MS}`, level: "blue", closedMs: null });
  expect(one?.reasons.map(({ gateway }) => gateway)).toEqual(["gw-a", "gw-b"]);
  expect(one?.sentence.zh).toContain("清石镇 2 个厂点的 2 台网关");
  // Each site still says that it is not seen.
  expect((await listAlerts(store.db, { site: "b" })).map(({ rule }) => rule)).toEqual(["gateway-silent"]);
  expect(await judge("b", both, nowMs + 2 * MINUTE_MS)).toBe(0);
  const heard = both.map((silence) => ({ ...silence, toMs: FROM_MS + 60 * MINUTE_MS }));
  await judge("a", heard, FROM_MS + 61 * MINUTE_MS);
  const [ended] = await listAlerts(store.db, {});
  expect(ended).toMatchObject({ currentLevel: "none", closedMs: FROM_MS + 60 * MINUTE_MS });
});
