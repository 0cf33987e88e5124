import type { FindingRecord } from "./finding.ts";
import { HOUR_MS } from "./local-time.ts";

/** 监测提示等级 of a site or an episode: a monitoring grade, not a statutory warning. */
export type Level = "none" | "blue" | "yellow" | "orange" | "red";

/** Signs further apart than this do not corroborate each other. */
export const CORROBORATION_MS = 12 * HOUR_MS;

const RANKS: Readonly<Record<Level, number>> = { none: 0, blue: 1, yellow: 2, orange: 3, red: 4 };

/** The higher of two levels. */
export function higherLevel(a: Level, b: Level): Level {
  return RANKS[a] >= RANKS[b] ? a : b;
}

/** Weak power that stayed up, and what another kind adds, are together as good as strong power. Nats. */
const FUSED_STRONG = 30;

/**
 * The level of an episode of signs, from the newest record of each of its findings. Red takes load on a feeder that was proven
 * dead, or a quantity that is still up together with another physical kind, one of them strong or both so in sum; yellow remains
 * while the episode waits to end.
 */
export function restartLevel(findings: readonly FindingRecord[]): Level {
  let level: Level = "yellow";
  for (const finding of findings) {
    if (finding.phase === "cleared") continue;
    if (finding.conclusive) return "red";
    if (finding.strength === "strong") level = "orange";
    const others = findings.filter((other) => corroborate(finding, other));
    if (others.length === 0) continue;
    const isStrong = finding.strength === "strong" || fusedLlr(finding, others) >= FUSED_STRONG;
    if (isStrong && finding.evidence === "power") return "red";
    level = "orange";
  }
  return level;
}

/** Log-likelihood ratios of independent kinds add: of each kind the largest. */
function fusedLlr(finding: FindingRecord, others: readonly FindingRecord[]): number {
  const best = new Map<string, number>([[finding.evidence, finding.llr]]);
  for (const { evidence, llr } of others) best.set(evidence, Math.max(best.get(evidence) ?? 0, llr));
  return [...best.values()].reduce((sum, llr) => sum + llr, 0);
}

/** Different kinds that no common cause explains, near each other in time. */
function corroborate(a: FindingRecord, b: FindingRecord): boolean {
  if (a.evidence === b.evidence || a.settling || b.settling) return false;
  // What changes a meter changes what it measures too: the two have one cause.
  if (a.evidence === "tampering" || b.evidence === "tampering") return false;
  const [first, second] = [extent(a), extent(b)];
  return first.fromMs - second.toMs <= CORROBORATION_MS && second.fromMs - first.toMs <= CORROBORATION_MS;
}

/** When it was evidence: a quantity as long as it is up, a contact at the moment it opened. */
function extent({ evidence, phase, openedAtMs, window }: FindingRecord): { fromMs: number; toMs: number } {
  if (evidence === "seal" || evidence === "door") return { fromMs: openedAtMs, toMs: openedAtMs };
  return { fromMs: window.fromMs, toMs: phase === "cleared" ? window.toMs : Infinity };
}
