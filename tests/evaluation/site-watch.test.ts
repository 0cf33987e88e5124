import { allScenarioNames, loadScenario } from "@sealwatch/firmware-sim";
import { beforeAll, describe, expect, it } from "vitest";
import { type LearnedSite, LearnedSites } from "./learned-site.ts";
import { watchedScenarios } from "./plan.ts";
import { falseAlarms, runScenario } from "./runs.ts";

const TEN_MINUTES_MS = 600_000;
const sites = new LearnedSites();
let learned: LearnedSite;

/** A day is enough here. */
function shortened(name: string) {
  return { ...loadScenario(name), watchFor: 86_400_000 };
}

beforeAll(() => {
  learned = sites.of(loadScenario("quiet-summer"), 1, TEN_MINUTES_MS);
});

describe("evaluation without sockets", () => {
  it("everyWatchedScenarioIsWholeAndNamedLikeItsFile", () => {
    const names = watchedScenarios().map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(40);
    for (const name of names) expect(allScenarioNames()).toContain(name);
  });

  it("aRestartRaisesOrangeAndAQuietDayNothing", () => {
    const quiet = runScenario(shortened("quiet-summer"), learned, null);
    expect(falseAlarms(quiet.episodes)).toEqual([]);
    expect(quiet.maxima.get("fixed-threshold")?.length).toBeGreaterThanOrEqual(1);
    const restart = runScenario(shortened("bursts"), learned, null);
    expect(restart.delayMs).toBeGreaterThan(0);
    expect(restart.delayMs).toBeLessThanOrEqual(3 * TEN_MINUTES_MS);
  });

  it("theSameSeedGivesTheSameRun", () => {
    const once = runScenario(shortened("door-propped"), learned, null);
    const twice = runScenario(shortened("door-propped"), learned, null);
    expect(twice.episodes).toEqual(once.episodes);
    expect(once.episodes.length).toBeGreaterThan(0);
  });

  it("aGatewayWithoutPowerLeavesAGapAndIsHeardAgain", () => {
    const { episodes } = runScenario(shortened("gateway-power-cut"), learned, null);
    expect(episodes.map((episode) => episode.class)).toEqual(["silence"]);
    expect(episodes[0]?.closedAtMs).not.toBeNull();
  });

  it("peersSeeAFullRestartAtTheirThreshold", () => {
    const thresholds = new Map([
      ["fixed-threshold", 10],
      ["glr-24h", 1e9],
    ]);
    const { peerDelays } = runScenario(shortened("door-propped"), learned, thresholds);
    expect(peerDelays.get("fixed-threshold")).toBeLessThanOrEqual(TEN_MINUTES_MS);
    expect(peerDelays.has("glr-24h")).toBe(false);
  });
});
