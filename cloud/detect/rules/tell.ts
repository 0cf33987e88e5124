import type { EvidenceKind, FindingRecord, Sentence } from "../finding.ts";
import { type OpenFinding, proofOf, type RuleContext } from "./rule.ts";

/** What a rule has to say about one of its findings. */
export interface Told {
  readonly rule: { readonly id: string; readonly version: number };
  readonly phase: FindingRecord["phase"];
  readonly atMs: number;
  readonly evidence: EvidenceKind;
  readonly strength: "weak" | "strong";
  readonly conclusive?: boolean;
  readonly device: string;
  /** Names the finding's subject when that is no channel. */
  readonly subject?: string;
  readonly window: { readonly fromMs: number; readonly toMs: number };
  readonly measured: number | null;
  readonly expected: number | null;
  readonly band?: number;
  readonly unit: string;
  readonly llr: number;
  readonly text: Sentence;
}

/** Tells one fact about an open finding. */
export function tell(open: OpenFinding, told: Told, context: RuleContext): void {
  const { rule, subject, conclusive, band, ...rest } = told;
  if (told.phase !== "cleared") open.emittedMs = told.atMs;
  context.emit({
    key: `${rule.id}:${subject ?? open.channel}:${open.openedAtMs}`,
    gateway: context.gateway,
    rule: rule.id,
    ruleVersion: rule.version,
    openedAtMs: open.openedAtMs,
    channel: open.channel,
    settling: open.settling,
    band: band ?? null,
    ...rest,
    measured: rounded(told.measured),
    expected: rounded(told.expected),
    llr: Math.round(10 * told.llr) / 10,
    ...(conclusive ? { conclusive } : {}),
    proof: proofOf(open.first, context.place),
  });
}

/** A finding at its first moment. */
export function opening(channel: number, device: string, utcMs: number, context: RuleContext): OpenFinding {
  const settling = context.isSettling(device, utcMs);
  return { channel, openedAtMs: utcMs, first: context.place, emittedMs: utcMs, settling };
}

/** True once a finding that began among common causes has outlasted them. */
export function hasSettled(open: OpenFinding, device: string, utcMs: number, context: RuleContext): boolean {
  if (!open.settling || context.isSettling(device, utcMs)) return false;
  open.settling = false;
  return true;
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(1_000 * value) / 1_000;
}
