import {
  addFinding,
  compareText,
  copyEpisode,
  EPISODE_HOLD_MS,
  type Episode,
  findingName,
  type OpenEpisode,
  openEpisode,
  toEpisode,
} from "./episode.ts";
import type { Level } from "./episode-level.ts";
import type { FindingRecord } from "./finding.ts";
import { type GatewaySilence, gatewaySilent } from "./rules/gateway-silent.ts";

export type { Episode } from "./episode.ts";

/** 封停, 有迹象, 复产, 不明, 学习中. */
type Verdict = "sealed" | "signs" | "restarted" | "unknown" | "learning";

/** What is known of a site at one moment. */
export interface SiteVerdict {
  readonly verdict: Verdict;
  /** Since when, UTC; null: since before the first record. */
  readonly sinceMs: number | null;
  readonly level: Level;
  /** All episodes, oldest first; at most one of each class is open. */
  readonly episodes: readonly Episode[];
}

export interface SiteEvidence {
  readonly site: string;
  /** From all of the site's gateways, in any order. */
  readonly findings: readonly FindingRecord[];
  readonly silences: readonly GatewaySilence[];
  readonly baseline: "learning" | "accepted";
  readonly untilMs: number;
  /** For the times in sentences about silent gateways; Beijing time unless told. */
  readonly utcOffsetMin?: number;
}

const BEIJING_OFFSET_MIN = 480;
const PHASE_ORDER = { opened: 0, updated: 1, cleared: 2 } as const;

/** Goes through a site's findings in the order of (event time, gateway, key, phase). Pure. */
export function judgeSite({
  site,
  findings,
  silences,
  baseline,
  untilMs,
  utcOffsetMin = BEIJING_OFFSET_MIN,
}: SiteEvidence): SiteVerdict {
  const told = silences.flatMap((silence) => gatewaySilent(silence, utcOffsetMin));
  const course = new SiteCourse(site);
  course.takeAll([...findings, ...told]);
  return judgeCourse(course, baseline, untilMs);
}

/** The verdict at `untilMs` of a course through all findings until then; the course is advanced to it. */
export function judgeCourse(
  course: SiteCourse,
  baseline: SiteEvidence["baseline"],
  untilMs: number,
): SiteVerdict {
  course.advance(untilMs);
  const { restart, silence, openSilences, calmSinceMs } = course;
  const episodes = course.episodes();
  const level = restart?.currentLevel ?? silence?.currentLevel ?? "none";
  if (restart) {
    const verdict = restart.currentLevel === "red" ? "restarted" : "signs";
    return { verdict, sinceMs: levelSince(restart), level, episodes };
  }
  if (openSilences.size > 0) {
    return { verdict: "unknown", sinceMs: Math.min(...openSilences.values()), level, episodes };
  }
  return { verdict: baseline === "learning" ? "learning" : "sealed", sinceMs: calmSinceMs, level, episodes };
}

/** A site's course through time, from finding to finding. */
export class SiteCourse {
  restart: OpenEpisode | null = null;
  silence: OpenEpisode | null = null;
  /** Silences that have not ended, and when they began. */
  readonly openSilences: Map<string, number>;
  /** When the last episode of signs or the last silence ended. */
  calmSinceMs: number | null = null;
  readonly #site: string;
  readonly #closed: Episode[];
  #heardMs = -Infinity;

  /** A course that begins, or goes on from where another is now; the other stays there. */
  constructor(site: string, from?: SiteCourse) {
    this.#site = site;
    this.openSilences = new Map(from?.openSilences);
    this.#closed = [...(from ? from.#closed : [])];
    if (!from) return;
    this.restart = from.restart && copyEpisode(from.restart);
    this.silence = from.silence && copyEpisode(from.silence);
    this.calmSinceMs = from.calmSinceMs;
    this.#heardMs = from.#heardMs;
  }

  /** Takes findings in the order of (event time, gateway, key, phase). */
  takeAll(findings: readonly FindingRecord[]): void {
    for (const finding of findings.toSorted(inOrder)) this.take(finding);
  }

  take(finding: FindingRecord): void {
    this.advance(finding.atMs);
    const kind = finding.evidence === "silence" ? "silence" : "restart";
    const episode = this[kind];
    if (episode) addFinding(episode, finding);
    else if (finding.phase !== "cleared") this[kind] = openEpisode(kind, finding);
    if (kind === "restart") return;
    const name = findingName(finding);
    if (finding.phase !== "cleared") this.openSilences.set(name, finding.openedAtMs);
    else if (this.openSilences.delete(name)) this.#heardMs = this.calmSinceMs = finding.atMs;
  }

  /** Ends the episodes that are due by `utcMs`. What nobody could see does not count as calm. */
  advance(utcMs: number): void {
    for (const kind of ["restart", "silence"] as const) {
      const episode = this[kind];
      if (!episode || episode.calmSinceMs === null || this.openSilences.size > 0) continue;
      const dueMs = Math.max(episode.calmSinceMs, this.#heardMs) + EPISODE_HOLD_MS;
      if (dueMs > utcMs) continue;
      this.#closed.push(toEpisode(this.#site, episode, dueMs));
      this[kind] = null;
      if (kind === "restart") this.calmSinceMs = Math.max(this.calmSinceMs ?? dueMs, dueMs);
    }
  }

  episodes(): Episode[] {
    const open = [this.restart, this.silence].flatMap((episode) =>
      episode ? toEpisode(this.#site, episode, null) : [],
    );
    return [...this.#closed, ...open].sort((a, b) => a.openedAtMs - b.openedAtMs || compareText(a.id, b.id));
  }
}

/** Since when the episode has been red without a break, or without a break not red. */
function levelSince({ history, currentLevel, openedAtMs }: OpenEpisode): number {
  const isRed = currentLevel === "red";
  const before = history.findLastIndex(({ level }) => (level === "red") !== isRed);
  return history[before + 1]?.atMs ?? openedAtMs;
}

function inOrder(a: FindingRecord, b: FindingRecord): number {
  return (
    a.atMs - b.atMs ||
    compareText(a.gateway, b.gateway) ||
    compareText(a.key, b.key) ||
    PHASE_ORDER[a.phase] - PHASE_ORDER[b.phase]
  );
}
