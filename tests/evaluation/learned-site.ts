import type { ContextEntry } from "@sealwatch/cloud";
import type { Scenario } from "@sealwatch/firmware-sim";
import { type PowerHabit, PowerStudy } from "./power-habit.ts";
import { type FoldedJournal, SiteWatch } from "./site-watch.ts";

export const DAY_MS = 86_400_000;
/** What learning a site takes. */
export const LEARNING_DAYS = 14;
/** 00:00 in Beijing. */
const LEARNING_FROM_MS = Date.parse("2026-01-05T00:00:00+08:00");
const LEARNED_MS = LEARNING_FROM_MS + LEARNING_DAYS * DAY_MS;
/** A watch begins with chance of its own, long enough after the fortnight for the two to have nothing to do with each other. */
const SEAM_MS = 6 * 3_600_000;
export const WATCH_FROM_MS = LEARNED_MS + SEAM_MS;

/** A site whose baseline a person has accepted after fourteen days. */
export interface LearnedSite {
  readonly seed: number;
  readonly intervalMs: number;
  readonly journal: FoldedJournal;
  readonly context: readonly ContextEntry[];
  /** The same fortnight as the peers learn it. */
  readonly habit: PowerHabit;
}

/** Lets a site be sealed and learned. */
function learnSite(scenario: Scenario, seed: number, intervalMs: number): LearnedSite {
  const context: ContextEntry[] = [{ kind: "baseline-accepted", effectiveMs: LEARNED_MS, by: "evaluation" }];
  const watch = new SiteWatch({
    // What is learned knows nothing of the scenario that it is learned for.
    scenario: { ...scenario, name: scenario.site },
    intervalMs,
    startMs: LEARNING_FROM_MS,
    seed,
    meterSeed: seed,
    before: null,
    context,
    anchorMs: null,
  });
  const study = new PowerStudy(scenario.plant.utcOffsetMin, intervalMs);
  watch.run(LEARNED_MS, (utcMs, powerW) => study.take(utcMs, powerW));
  return { seed, intervalMs, journal: watch.folded(), context, habit: study.habit() };
}

/** Scenarios with the same key share a fortnight: the same site with the same instruments. */
export function siteKey(
  { site, devices, learning, name }: Scenario,
  seed: number,
  intervalMs: number,
): string {
  return JSON.stringify([site, devices, learning ? name : "", seed, intervalMs]);
}

/** Fortnights are learned once, and are the same whichever scenario comes first. */
export class LearnedSites {
  readonly #known = new Map<string, LearnedSite>();

  get size(): number {
    return this.#known.size;
  }

  of(scenario: Scenario, seed: number, intervalMs: number): LearnedSite {
    const key = siteKey(scenario, seed, intervalMs);
    const known = this.#known.get(key) ?? learnSite(scenario, seed, intervalMs);
    this.#known.set(key, known);
    return known;
  }
}
