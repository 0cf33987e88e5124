import { loadScenario } from "@sealwatch/firmware-sim";
import { expect, it } from "vitest";
import { DAY_MS, LearnedSites } from "./learned-site.ts";
import { TEN_SECONDS_MS } from "./plan.ts";
import { falseAlarms, runScenario } from "./runs.ts";

const sites = new LearnedSites();

it.each(["quiet-winter", "cold-store"])(
  "%s is neither orange nor red in a week of ten-second readings",
  (name) => {
    const scenario = { ...loadScenario(name), watchFor: 7 * DAY_MS };
    const { episodes } = runScenario(scenario, sites.of(scenario, 1, TEN_SECONDS_MS), null);
    expect(falseAlarms(episodes).map(({ sentence }) => sentence.en)).toEqual([]);
  },
);
