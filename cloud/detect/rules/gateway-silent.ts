import type { FindingRecord } from "../finding.ts";
import { localSpan, localTime, MINUTE_MS } from "../local-time.ts";

/** A gateway from which nothing was recorded between two silence ticks; `toMs` null: still. */
export interface GatewaySilence {
  readonly gateway: string;
  readonly fromMs: number;
  readonly toMs: number | null;
}

const RULE = { id: "gateway-silent", version: 1 } as const;

/** A silence of the context log as findings; the journal that is missing cannot tell it. */
export function gatewaySilent(
  { gateway, fromMs, toMs }: GatewaySilence,
  utcOffsetMin: number,
): FindingRecord[] {
  const since = localTime(fromMs, utcOffsetMin);
  const opened: FindingRecord = {
    key: `${RULE.id}:gateway:${fromMs}`,
    gateway,
    rule: RULE.id,
    ruleVersion: RULE.version,
    evidence: "silence",
    phase: "opened",
    atMs: fromMs,
    openedAtMs: fromMs,
    strength: "weak",
    settling: false,
    window: { fromMs, toMs: fromMs },
    measured: null,
    expected: null,
    band: null,
    unit: "min",
    text: { zh: `网关 ${gateway} 自 ${since} 起无任何记录`, en: `gateway ${gateway} silent since ${since}` },
    proof: [],
    llr: 0,
  };
  if (toMs === null) return [opened];
  const endMs = Math.max(fromMs, toMs);
  const span = localSpan(fromMs, endMs, utcOffsetMin);
  const cleared: FindingRecord = {
    ...opened,
    phase: "cleared",
    atMs: endMs,
    window: { fromMs, toMs: endMs },
    measured: Math.round((endMs - fromMs) / MINUTE_MS),
    expected: 0,
    text: { zh: `网关 ${gateway} ${span} 无任何记录`, en: `${span} nothing heard from gateway ${gateway}` },
  };
  return [opened, cleared];
}
