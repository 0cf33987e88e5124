import { allScenarioNames, loadScenario, type Scenario } from "@sealwatch/firmware-sim";

/** How much is simulated. Seeds count from 1: the same numbers give the same sites for ever. */
export interface EvaluationPlan {
  readonly name: "quick" | "full";
  /** Sites that live through every quiet scenario: about a site-year each. */
  readonly quietSites: number;
  /** Sites at which every restart happens. */
  readonly restartSites: number;
  readonly tenSeconds: { readonly sites: number; readonly quietDays: number };
}

export const QUICK: EvaluationPlan = {
  name: "quick",
  quietSites: 9,
  restartSites: 12,
  tenSeconds: { sites: 4, quietDays: 6 },
};

export const FULL: EvaluationPlan = {
  name: "full",
  quietSites: 168,
  restartSites: 100,
  tenSeconds: { sites: 25, quietDays: 30 },
};

export const MINUTE_MS = 60_000;
export const TEN_SECONDS_MS = 10_000;
/** Sites built to be watched for weeks; the others are for training by hand. */
const WATCHED = [
  "watched-workshop",
  "loud-workshop",
  "cold-store-workshop",
  "winter-workshop",
  "cut-workshop",
  "two-feeder-workshop",
];

/** The scenarios at watched sites, in alphabetical order. */
export function watchedScenarios(): Scenario[] {
  return allScenarioNames()
    .map(loadScenario)
    .filter(({ site }) => WATCHED.includes(site));
}
