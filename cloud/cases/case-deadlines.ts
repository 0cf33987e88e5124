import { z } from "zod";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../detect/local-time.ts";
import type { CaseFacts, CaseState } from "./case-facts.ts";

const MINUTES_MAX = 366 * 24 * 60;
/** Nobody is told more often than this that the same deadline was missed. */
const STEP_MIN_MS = 5 * MINUTE_MS;

/** Minutes from the opening (or the last rise) of a case; null: none. */
const minutes = z.int().min(1).max(MINUTES_MAX).nullable();
const levelDeadlines = z.strictObject({
  acknowledgeMin: minutes,
  assignMin: minutes,
  visitMin: minutes,
  decideMin: minutes,
});

/** How soon a county wants its cases dealt with, by level. */
export const deadlinesSchema = z.strictObject({
  red: levelDeadlines,
  orange: levelDeadlines,
  yellow: levelDeadlines,
  blue: levelDeadlines,
});
export type CaseDeadlines = z.output<typeof deadlinesSchema>;

const HOUR = HOUR_MS / MINUTE_MS;
const DAY = DAY_MS / MINUTE_MS;

/** Where nobody set others. Blue is a device to be mended: nobody has to go and look. */
export const DEFAULT_DEADLINES: CaseDeadlines = {
  red: { acknowledgeMin: 10, assignMin: 2 * HOUR, visitMin: 12 * HOUR, decideMin: 3 * DAY },
  orange: { acknowledgeMin: 30, assignMin: 8 * HOUR, visitMin: DAY, decideMin: 5 * DAY },
  yellow: { acknowledgeMin: DAY, assignMin: 3 * DAY, visitMin: 7 * DAY, decideMin: 14 * DAY },
  blue: { acknowledgeMin: 3 * DAY, assignMin: null, visitMin: null, decideMin: 30 * DAY },
};

/** What a case waits for. */
export type Stage = "acknowledge" | "assign" | "visit" | "decide";

/** A deadline that was missed, and how many steps up the region tree that is told. 0: to the region itself. */
export interface Escalation {
  /** Once each. */
  readonly key: string;
  readonly stage: Stage;
  readonly stepsUp: number;
  readonly dueMs: number;
  /** The region that is told. */
  readonly regionPath: string;
}

const STAGE_OF: Readonly<Record<CaseState, readonly Stage[]>> = {
  new: ["acknowledge"],
  notified: ["acknowledge"],
  acknowledged: ["assign", "decide"],
  "visit-assigned": ["visit", "decide"],
  visited: ["decide"],
  verdict: [],
  closed: [],
};

/** What the case waits for now, and until when; null: nothing is due. Pure. */
export function caseDue(
  facts: CaseFacts,
  deadlines: CaseDeadlines,
): { readonly stage: Stage; readonly withinMs: number; readonly dueMs: number } | null {
  if (facts.quiet || facts.level === "none") return null;
  // A notice that the journal did not bear out is a device to look after.
  const ofLevel = deadlines[facts.withdrawn ? "blue" : facts.level];
  for (const stage of STAGE_OF[facts.state]) {
    const within = ofLevel[`${stage}Min`];
    if (within !== null)
      return { stage, withinMs: within * MINUTE_MS, dueMs: facts.sinceMs + within * MINUTE_MS };
  }
  return null;
}

/**
 * What is to be told by `nowMs` of a missed deadline and was not yet. Unacknowledged goes one region up at once, anything else to the
 * region itself first; then one region further up each time as long again has passed, as far as the tree goes. Pure.
 */
export function dueEscalations(facts: CaseFacts, deadlines: CaseDeadlines, nowMs: number): Escalation[] {
  return escalationsOf(facts, deadlines).filter(({ dueMs }) => dueMs <= nowMs);
}

/** When somebody is told next; null: nobody more. Pure. */
export function nextEscalationMs(facts: CaseFacts, deadlines: CaseDeadlines): number | null {
  return escalationsOf(facts, deadlines)[0]?.dueMs ?? null;
}

function escalationsOf(facts: CaseFacts, deadlines: CaseDeadlines): Escalation[] {
  const due = caseDue(facts, deadlines);
  if (!due) return [];
  const regions = pathsUp(facts.regionPath);
  const first = due.stage === "acknowledge" && regions.length > 1 ? 1 : 0;
  const everyMs = Math.max(due.withinMs, STEP_MIN_MS);
  return regions
    .slice(first)
    .map((regionPath, step) => ({
      key: `${due.stage}:${first + step}:${facts.sinceMs}`,
      stage: due.stage,
      stepsUp: first + step,
      dueMs: due.dueMs + step * everyMs,
      regionPath,
    }))
    .filter(({ key }) => !facts.escalations.includes(key));
}

/** A region's path and those above it, nearest first. */
function pathsUp(regionPath: string): string[] {
  const ids = regionPath.split("/").slice(0, -1);
  return ids.map((_, up) => `${ids.slice(0, ids.length - up).join("/")}/`);
}
