import { CORROBORATION_MS, higherLevel, type Level, restartLevel } from "./episode-level.ts";
import type { FindingRecord, Sentence } from "./finding.ts";
import { HOUR_MS } from "./local-time.ts";

/** What one alert is about: findings of one class at one site that belong together in time. */
export interface Episode {
  /** `site:class:openedAtMs`. */
  readonly id: string;
  readonly class: "restart" | "silence";
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
  /** The highest level so far, and the level now: none once closed. */
  readonly level: Level;
  readonly currentLevel: Level;
  /** The rule of the strongest finding. */
  readonly rule: string;
  readonly ruleVersion: number;
  /** The newest record of each finding, strongest first; at most REASONS_MAX. */
  readonly reasons: readonly FindingRecord[];
  readonly sentence: Sentence;
  /** Every change of level, up or down, and the finding that made it; at most HISTORY_MAX. */
  readonly history: readonly LevelChange[];
}

interface LevelChange {
  readonly atMs: number;
  readonly level: Level;
  readonly findingKey: string;
}

/** An episode that is still open, as the judge goes through time. Changed in place by the functions here. */
export interface OpenEpisode {
  readonly class: Episode["class"];
  readonly openedAtMs: number;
  /** The newest record of each finding, by gateway and key. */
  readonly latest: Map<string, FindingRecord>;
  /** Those of them that still count towards the level. */
  readonly relevant: Map<string, FindingRecord>;
  readonly history: LevelChange[];
  level: Level;
  currentLevel: Level;
  /** Since when all findings are cleared; null: some are not. */
  calmSinceMs: number | null;
}

/** An episode ends when all its findings have been cleared for this long. */
export const EPISODE_HOLD_MS = HOUR_MS;
const REASONS_MAX = 16;
const SENTENCE_REASONS_MAX = 4;
const HISTORY_MAX = 200;

/** An episode at its first finding. */
export function openEpisode(kind: Episode["class"], first: FindingRecord): OpenEpisode {
  const episode: OpenEpisode = {
    class: kind,
    openedAtMs: first.atMs,
    latest: new Map(),
    relevant: new Map(),
    history: [],
    level: "none",
    currentLevel: "none",
    calmSinceMs: null,
  };
  addFinding(episode, first);
  return episode;
}

/** The episode as it is now, apart from what becomes of the other. */
export function copyEpisode(episode: OpenEpisode): OpenEpisode {
  const { latest, relevant, history } = episode;
  return { ...episode, latest: new Map(latest), relevant: new Map(relevant), history: [...history] };
}

/** Takes the next record in time of one of the episode's findings, or of a new one. */
export function addFinding(episode: OpenEpisode, finding: FindingRecord): void {
  const { latest, relevant, history } = episode;
  const name = findingName(finding);
  if (finding.phase === "cleared" && !latest.has(name)) return;
  latest.set(name, finding);
  relevant.set(name, finding);
  let active = 0;
  for (const [other, { phase, atMs }] of relevant) {
    if (phase !== "cleared") active += 1;
    else if (atMs < finding.atMs - CORROBORATION_MS) relevant.delete(other);
  }
  episode.calmSinceMs = active === 0 ? finding.atMs : null;
  const level = episode.class === "silence" ? "blue" : restartLevel([...relevant.values()]);
  if (level === episode.currentLevel) return;
  episode.currentLevel = level;
  episode.level = higherLevel(episode.level, level);
  if (history.length < HISTORY_MAX) history.push({ atMs: finding.atMs, level, findingKey: finding.key });
}

/** The episode as people see it. */
export function toEpisode(site: string, open: OpenEpisode, closedAtMs: number | null): Episode {
  const reasons = [...open.latest.values()].sort(byStrength).slice(0, REASONS_MAX);
  const told = reasons.slice(0, SENTENCE_REASONS_MAX).map(({ text }) => text);
  return {
    id: `${site}:${open.class}:${open.openedAtMs}`,
    class: open.class,
    openedAtMs: open.openedAtMs,
    closedAtMs,
    level: open.level,
    currentLevel: closedAtMs === null ? open.currentLevel : "none",
    rule: reasons[0]?.rule ?? "",
    ruleVersion: reasons[0]?.ruleVersion ?? 0,
    reasons,
    sentence: { zh: told.map(({ zh }) => zh).join("；"), en: told.map(({ en }) => en).join("; ") },
    history: open.history,
  };
}

/** A finding's name within its site. */
export function findingName({ gateway, key }: FindingRecord): string {
  return `${gateway}/${key}`;
}

function byStrength(a: FindingRecord, b: FindingRecord): number {
  if (a.strength !== b.strength) return a.strength === "strong" ? -1 : 1;
  return b.llr - a.llr || a.openedAtMs - b.openedAtMs || compareText(findingName(a), findingName(b));
}

/** By code unit, so that the order is the same in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
