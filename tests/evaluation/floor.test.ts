import { describe, expect, it } from "vitest";
import { falseAlarmRate, scenarioScore } from "./detector-score.ts";
import { floorFrom, floorSchema, regressions } from "./floor.ts";
import type { Scoreboard } from "./scoreboard.ts";

const DAY_MS = 86_400_000;
const delays = (...minutes: number[]) => minutes.map((minute) => minute * 60_000);

function scoreboard(alarms: number, ...minutes: number[]): Scoreboard {
  return {
    scenarios: {
      pump: scenarioScore(delays(...minutes), DAY_MS),
      quiet: { detected: alarms, total: 9, delayMedianS: null, delayP95S: null },
    },
    falseOrangeRedPerSiteYear: { ...falseAlarmRate(alarms, 10), red: 0, bySampling: {}, byScenario: {} },
    yellowPerSiteYear: { ...falseAlarmRate(2 * alarms, 10), byScenario: {} },
    delayRatioToClairvoyant: { byLevel: {}, worst: null },
    calibrationError: 0,
    peers: {},
  };
}

describe("floor", () => {
  const agreed = floorFrom(scoreboard(1, 2, 3, 4), new Set(["pump"]));

  it("isDataThatParsesAndHoldsItself", () => {
    expect(floorSchema.parse(JSON.parse(JSON.stringify(agreed)))).toEqual(agreed);
    expect(Object.keys(agreed.scenarios)).toEqual(["pump"]);
    expect(regressions(scoreboard(1, 2, 3, 4), agreed)).toEqual([]);
    expect(regressions(scoreboard(0, 1, 1, 1), agreed)).toEqual([]);
  });

  it("aMissAFalseAlarmAndALateAlarmAreEachTold", () => {
    expect(regressions(scoreboard(1, 2, 3, Number.POSITIVE_INFINITY), agreed)).toEqual([
      "pump: detected 2 of 3, at least 3",
    ]);
    expect(regressions(scoreboard(2, 2, 3, 4), agreed)).toEqual([
      "2 false orange or red, at most 1",
      "4 yellow on quiet scenarios, at most 2",
    ]);
    expect(regressions(scoreboard(1, 8, 9, 9), agreed)).toHaveLength(1);
  });

  it("aScenarioThatNobodyRanIsNotForgotten", () => {
    expect(regressions({ ...scoreboard(1, 2), scenarios: {} }, agreed)).toEqual(["pump was not run"]);
  });
});
