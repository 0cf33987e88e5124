import type { ContextEntry, Episode } from "@sealwatch/cloud";
import type { Scenario } from "@sealwatch/firmware-sim";
import { seededRandom } from "@sealwatch/platform";
import { DAY_MS, type LearnedSite, WATCH_FROM_MS } from "./learned-site.ts";
import { CrossingBook, type DailyMaxima, MaximaBook } from "./peer-bank.ts";
import { SiteWatch } from "./site-watch.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Before anything happens, so that no detector begins cold. */
const WARM_UP_MS = 6 * HOUR_MS;
/** How much later than a told time of day a timeline begins at most. */
const JITTER_MS = 20 * MINUTE_MS;

/** What one simulated watch came to. Delays in milliseconds of event time from the restart; a miss is +∞. */
export interface RunOutcome {
  readonly scenario: string;
  readonly site: string;
  readonly seed: number;
  readonly days: number;
  readonly anchorMs: number;
  readonly restartMs: number | null;
  readonly episodes: readonly Episode[];
  /** Delay until orange or red. */
  readonly delayMs: number;
  readonly peerDelays: ReadonlyMap<string, number>;
  /** Of quiet stretches: the peers' statistics. */
  readonly maxima: DailyMaxima;
}

/** Watches a scenario at a site that was learned. */
export function runScenario(
  scenario: Scenario,
  learned: LearnedSite,
  thresholds: ReadonlyMap<string, number> | null,
): RunOutcome {
  const { seed, intervalMs, habit } = learned;
  const anchorMs = anchorOf(scenario, seed);
  const untilMs = anchorMs + scenario.watchFor;
  const watch = new SiteWatch({
    scenario,
    intervalMs,
    startMs: WATCH_FROM_MS,
    seed: seedOf(scenario.name, seed),
    meterSeed: seed,
    before: learned.journal,
    context: [...learned.context, ...countyEntries(scenario, anchorMs)],
    anchorMs,
  });
  const { restart, restartAt = 0 } = scenario.truth;
  const restartMs = restart ? anchorMs + restartAt : null;
  // What the county knew of beforehand calibrates nobody: the peers take no notice of permits.
  const book =
    restartMs === null && scenario.county.length === 0
      ? new MaximaBook(habit, scenario.plant.formerLoadW)
      : null;
  const crossings =
    restartMs === null || thresholds === null
      ? null
      : new CrossingBook(habit, scenario.plant.formerLoadW, thresholds, restartMs);
  watch.run(untilMs, (utcMs, powerW) => {
    book?.take(utcMs, powerW);
    crossings?.take(utcMs, powerW);
  });
  book?.close();
  const episodes = watch.episodes();
  const delays = [...(crossings?.firstMs ?? [])].map(
    ([name, atMs]) => [name, atMs - (restartMs ?? 0)] as const,
  );
  return {
    scenario: scenario.name,
    site: scenario.site,
    seed,
    days: (untilMs - WATCH_FROM_MS) / DAY_MS,
    anchorMs,
    restartMs,
    episodes,
    delayMs: restartMs === null ? Number.POSITIVE_INFINITY : alarmMs(episodes, restartMs) - restartMs,
    peerDelays: new Map(delays),
    maxima: book?.maxima ?? new Map(),
  };
}

/** What the county entered beforehand: a visit is work that was approved, a notice is about a meter. */
function countyEntries({ county }: Scenario, anchorMs: number): ContextEntry[] {
  return county.map(({ at, until, enter }) => ({
    kind: "permit",
    effectiveMs: anchorMs + at,
    toMs: anchorMs + until,
    work: enter,
    ...(enter === "notice" ? { sensors: ["meter"] } : {}),
  }));
}

/** Episodes that reached orange or red. */
export function falseAlarms(episodes: readonly Episode[]): readonly Episode[] {
  return episodes.filter(({ level }) => level === "orange" || level === "red");
}

/** When the county first saw orange or red after `fromMs`; +∞: never. */
function alarmMs(episodes: readonly Episode[], fromMs: number): number {
  const moments = episodes.flatMap(({ history }) =>
    history.filter(({ level, atMs }) => (level === "orange" || level === "red") && atMs >= fromMs),
  );
  return Math.min(Number.POSITIVE_INFINITY, ...moments.map(({ atMs }) => atMs));
}

function anchorOf({ name, startsAt, plant }: Scenario, seed: number): number {
  const random = seededRandom(seed, `anchor ${name}`);
  if (startsAt === undefined) return Math.round(WATCH_FROM_MS + WARM_UP_MS + random.uniform() * DAY_MS);
  const midnightMs = WATCH_FROM_MS - ((WATCH_FROM_MS + plant.utcOffsetMin * MINUTE_MS) % DAY_MS);
  const atMs = midnightMs + startsAt * MINUTE_MS;
  const nextMs = atMs < WATCH_FROM_MS + WARM_UP_MS ? atMs + DAY_MS : atMs;
  return Math.round(nextMs + random.uniform() * JITTER_MS);
}

function seedOf(name: string, seed: number): number {
  return Math.floor(seededRandom(seed, `plant ${name}`).uniform() * 2 ** 32);
}
