import type { ReasonView } from "../api/contract.ts";
import type { FindingRecord } from "../detect/finding.ts";

/** A finding as a reason that a person reads. */
export function toReasonView(finding: FindingRecord): ReasonView {
  return {
    rule: finding.rule,
    ruleVersion: finding.ruleVersion,
    evidence: finding.evidence,
    strength: finding.strength,
    settling: finding.settling,
    active: finding.phase !== "cleared",
    atMs: finding.openedAtMs,
    fromMs: finding.window.fromMs,
    toMs: finding.window.toMs,
    measured: finding.measured,
    expected: finding.expected,
    unit: finding.unit,
    text: finding.text,
    channel: finding.channel ?? null,
    device: finding.device ?? null,
    gateway: finding.gateway,
    proof: finding.proof.map(({ epoch, seq }) => ({ epoch, seq })),
  };
}
