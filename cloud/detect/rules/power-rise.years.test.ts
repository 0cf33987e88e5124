import { describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS } from "../local-time.ts";
import { type FloorOptions, QUIET_FLOOR } from "../simulated-journal.fixture.ts";
import { accepted, FORMER_LOAD_W, strongAlarms } from "./power-site.fixture.ts";

describe("false alarms", { timeout: 240_000 }, () => {
  it.each<[string, FloorOptions, number]>([
    ["a quiet floor", QUIET_FLOOR, FORMER_LOAD_W],
    ["a small plant that wanders as much as it is noisy", { ...QUIET_FLOOR, wanderW: 80 }, 10_000],
    ["noise that hardly relaxes", { ...QUIET_FLOOR, noiseTauMs: 3_000_000, wanderW: 60 }, 10_000],
    ["a winter heater", { ...QUIET_FLOOR, heaterW: 1_500 }, FORMER_LOAD_W],
  ])("strong alarms of %s stay below 0.1 a site-year", (_, floor, load) => {
    const sites = 5;
    const yearsEach = 2;
    let alarms = 0;
    for (let seed = 1; seed <= sites; seed++) {
      const site = accepted(seed, floor, load);
      site.run(yearsEach * 365 * DAY_MS, MINUTE_MS);
      alarms += strongAlarms(site.findings);
    }
    expect(alarms / (sites * yearsEach)).toBeLessThanOrEqual(0.1);
  });
});
