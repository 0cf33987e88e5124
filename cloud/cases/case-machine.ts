import type { Level } from "../api/contract.ts";
import { levelRank } from "../notify/notification.ts";
import { CASE_STATES, type CaseFacts, type CaseState, type CaseVerdict, type Done } from "./case-facts.ts";

/** Escalations of one case that are remembered: deadlines × levels of the tree × raises. */
const ESCALATIONS_KEPT = 100;

/** What can happen to a case. */
export type CaseAct =
  | { readonly act: "notified" }
  | { readonly act: "raised" | "lowered"; readonly level: Level }
  | { readonly act: "proven"; readonly alert: string }
  | { readonly act: "withdrawn" | "ended" | "resumed" | "told" }
  | { readonly act: "joined"; readonly alert: string }
  | { readonly act: "acknowledged" }
  | { readonly act: "visit-assigned"; readonly visit: string; readonly persons: readonly string[] }
  | { readonly act: "visited"; readonly visit: string }
  | { readonly act: "decided"; readonly verdict: CaseVerdict; readonly reason: string }
  | { readonly act: "corrected"; readonly verdict: CaseVerdict; readonly reason: string }
  | { readonly act: "closed"; readonly reason: string }
  | { readonly act: "noted"; readonly text: string }
  | { readonly act: "escalated"; readonly key: string; readonly to: string };

/** The case after an act, or why the act is refused in its state. */
export type CaseOutcome = { readonly facts: CaseFacts } | { readonly refused: string };

/** (act, case) → case | refusal. Pure. */
export function applyAct(facts: CaseFacts, act: CaseAct, done: Done): CaseOutcome {
  switch (act.act) {
    case "notified":
      return { facts: { ...facts, state: facts.state === "new" ? "notified" : facts.state } };
    case "noted":
      return { facts };
    case "escalated":
      return { facts: { ...facts, escalations: [...facts.escalations, act.key].slice(-ESCALATIONS_KEPT) } };
    case "acknowledged":
    case "visit-assigned":
    case "visited":
      return takeUp(facts, act, done);
    case "decided":
    case "corrected":
    case "closed":
      return conclude(facts, act, done);
    default:
      return { facts: changed(followAlert(facts, act, done)) };
  }
}

type AlertAct = "raised" | "lowered" | "proven" | "withdrawn" | "ended" | "resumed" | "told" | "joined";

/** Nothing that a person decided changes here: what the alert does is told beside it. */
function followAlert(facts: CaseFacts, act: Extract<CaseAct, { act: AlertAct }>, done: Done): CaseFacts {
  switch (act.act) {
    case "raised": {
      if (facts.quiet) return { ...facts, level: act.level };
      const told = levelRank(act.level) > levelRank(facts.toldLevel) ? act.level : facts.toldLevel;
      const risen = { ...facts, level: act.level, toldLevel: told };
      if (stepOf(facts.state) >= stepOf("verdict")) return risen;
      // Whoever said "I have seen it" had seen something lesser.
      const state = facts.state === "acknowledged" || facts.state === "notified" ? "new" : facts.state;
      return {
        ...risen,
        state,
        sinceMs: done.atMs,
        acknowledged: state === "new" ? null : facts.acknowledged,
      };
    }
    case "lowered":
      return { ...facts, level: act.level };
    case "proven":
      return { ...facts, alert: act.alert, provisional: false, withdrawn: false };
    case "withdrawn":
      return { ...facts, withdrawn: true, provisional: false, ongoing: false };
    case "ended":
      return { ...facts, ongoing: false };
    case "resumed":
      return { ...facts, ongoing: true };
    case "told":
      return { ...facts, quiet: false, toldLevel: facts.level, sinceMs: done.atMs };
    case "joined":
      return facts;
  }
}

function takeUp(
  facts: CaseFacts,
  act: Extract<CaseAct, { act: "acknowledged" | "visit-assigned" | "visited" }>,
  done: Done,
): CaseOutcome {
  const { state } = facts;
  const acknowledged = facts.acknowledged ?? done;
  switch (act.act) {
    case "acknowledged":
      if (stepOf(state) >= stepOf("acknowledged")) return { refused: "it was acknowledged before" };
      return { facts: changed({ ...facts, state: "acknowledged", acknowledged: done }) };
    case "visit-assigned": {
      if (stepOf(state) >= stepOf("verdict")) return { refused: "it was decided; assign a re-check instead" };
      const persons = [...new Set([...facts.assignees, ...act.persons])];
      const assigned = { ...facts, acknowledged, assigned: done, assignees: persons };
      return { facts: changed({ ...assigned, state: "visit-assigned", visited: null }) };
    }
    case "visited":
      // A visit that is recorded late still is on record; what was decided stays.
      if (stepOf(state) >= stepOf("verdict")) return { facts };
      if (facts.assigned === null) return { refused: "no visit was assigned" };
      return { facts: changed({ ...facts, state: "visited", visited: done }) };
  }
}

function conclude(
  facts: CaseFacts,
  act: Extract<CaseAct, { act: "decided" | "corrected" | "closed" }>,
  done: Done,
): CaseOutcome {
  const { state, verdict } = facts;
  switch (act.act) {
    case "decided": {
      if (verdict) return { refused: "it was decided; enter a correction instead" };
      if (stepOf(state) < stepOf("acknowledged")) return { refused: "nobody has acknowledged it yet" };
      if (act.verdict === "confirmed" && facts.visited === null)
        return { refused: "confirmed (属实) needs a visit that was recorded" };
      return { facts: changed({ ...facts, state: "verdict", verdict: given(act, facts, done) }) };
    }
    case "corrected":
      if (!verdict) return { refused: "there is no verdict to correct yet" };
      return { facts: changed({ ...facts, verdict: given(act, facts, done) }) };
    case "closed":
      if (state === "closed") return { refused: "it is closed" };
      if (state !== "verdict") return { refused: "it has no verdict yet" };
      return { facts: changed({ ...facts, state: "closed", closed: done }) };
  }
}

function given(
  { verdict, reason }: { readonly verdict: CaseVerdict; readonly reason: string },
  { level }: CaseFacts,
  done: Done,
): NonNullable<CaseFacts["verdict"]> {
  return { ...done, kind: verdict, reason, level };
}

function changed(facts: CaseFacts): CaseFacts {
  return { ...facts, version: facts.version + 1 };
}

/** How far along a state is, from 0. */
export function stepOf(state: CaseState): number {
  return CASE_STATES.indexOf(state);
}

/** True when a rise to `level` is no longer this case's: it was closed, or found to be nothing, at a lower one. */
export function rearms({ state, verdict, level: known }: CaseFacts, level: Level): boolean {
  if (levelRank(level) <= levelRank(verdict?.level ?? known)) return false;
  return state === "closed" || (state === "verdict" && verdict?.kind !== "confirmed");
}
