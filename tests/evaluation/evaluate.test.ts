import type { Episode } from "@sealwatch/cloud";
import { describe, expect, it } from "vitest";
import { equalPerYear, NOMINAL_PER_YEAR, thresholdsFrom } from "./evaluate.ts";
import { pairedResults } from "./goals.ts";
import { atRate } from "./peer-bank.ts";
import type { RunOutcome } from "./runs.ts";

const PEER = "fixed-threshold";

function quietYears(seed: number, years: number, alarms = 0): RunOutcome {
  const days = Math.round(years * 365.25);
  return {
    scenario: "quiet",
    site: "site",
    seed,
    days,
    anchorMs: 0,
    restartMs: null,
    episodes: Array.from({ length: alarms }, () => ({ level: "orange" }) as Episode),
    delayMs: Number.POSITIVE_INFINITY,
    peerDelays: new Map(),
    maxima: new Map([[PEER, Array.from({ length: days }, (_, day) => (day * 7_919) % days)]]),
  };
}

describe("equal false alarms", () => {
  it("peersMayBeFalseAsOftenAsTheProductMayBeAndNeverMoreThanNominal", () => {
    expect(equalPerYear([quietYears(1, 100), quietYears(2, 100)])).toBeCloseTo(3 / 200, 3);
    expect(equalPerYear([quietYears(1, 100, 1), quietYears(2, 100)])).toBeCloseTo(4.744 / 200, 3);
    expect(equalPerYear([quietYears(1, 5)])).toBe(NOMINAL_PER_YEAR);
  });

  it("aPeerThatMayBeFalseLessOftenHasAHigherThreshold", () => {
    const thresholds = thresholdsFrom([quietYears(1, 100), quietYears(2, 100)]).get("0 site");
    const nominal = thresholds?.get(PEER) ?? Number.NaN;
    expect(thresholds?.get(atRate(PEER, "equal"))).toBeGreaterThan(nominal);
  });

  it("eachAllowanceIsComparedWithItsOwnCrossings", () => {
    const restart = {
      ...quietYears(1, 0),
      scenario: "pump-3-percent",
      restartMs: 0,
      delayMs: 200_000,
      peerDelays: new Map([
        [PEER, 60_000],
        [atRate(PEER, "equal"), 300_000],
      ]),
    };
    const thresholds = thresholdsFrom([]);
    const results = pairedResults({
      plan: { name: "quick", quietSites: 0, restartSites: 1, tenSeconds: { sites: 0, quietDays: 0 } },
      scenarios: [],
      quiet: [],
      restarts: [restart],
      quietTenSeconds: [],
      restartsTenSeconds: [],
      thresholds,
    }).filter(({ peer, floor }) => peer === PEER && floor === "loud");
    expect(results.map(({ allowance, earlier, muchLater }) => [allowance, earlier, muchLater])).toEqual([
      ["equal", 1, 0],
      ["nominal", 0, 1],
    ]);
  });
});
