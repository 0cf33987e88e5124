import type { ReasonView } from "../../api/contract.ts";
import { reasonAmounts } from "../view/reason-amounts.ts";
import { clockText, durationText, momentText } from "../view/time-text.ts";
import { EVIDENCE_WORDS } from "../view/words.ts";
import { Bi } from "./bi.tsx";
import { Icon } from "./icon.tsx";

/** One reason: its kind of evidence, what was measured against what was expected, when, and which records prove it. */
export function ReasonRow({ reason, utcOffsetMin }: { reason: ReasonView; utcOffsetMin: number }) {
  const length = durationText(reason.toMs - reason.fromMs);
  return (
    <li class={reason.active ? "reason" : "reason reason-over"}>
      <span class="reason-kind">
        <Icon name={reason.evidence} />
        <Bi {...EVIDENCE_WORDS[reason.evidence]} />
      </span>
      <div class="reason-body">
        <p class="reason-text">
          <span lang="zh">{reason.text.zh}</span>
          <span class="bi-en reason-text-en" lang="en">
            {reason.text.en}
          </span>
        </p>
        <p class="reason-facts">
          <span class="chip">{reason.strength === "strong" ? "强证据 strong" : "弱证据 weak"}</span>
          {reason.settling && <span class="chip chip-settling">来电或重启后 30 分钟内 settling</span>}
          {!reason.active && <span class="chip">已消失 over</span>}
          <span>
            {momentText(reason.fromMs, utcOffsetMin)}–{clockText(reason.toMs, utcOffsetMin)}（{length.zh}）
          </span>
          <span>
            {reason.gateway}
            {reason.device !== null && ` / ${reason.device}`}
          </span>
          <span>
            规则 {reason.rule} v{reason.ruleVersion}
          </span>
          <Proof proof={reason.proof} />
        </p>
      </div>
      <Measured reason={reason} />
    </li>
  );
}

function Measured({ reason }: { reason: ReasonView }) {
  const { measured, expected } = reasonAmounts(reason);
  if (measured === null) return null;
  return (
    <dl class="measured">
      <div>
        <dt>
          <Bi zh="实测" en="measured" />
        </dt>
        <dd class="measured-value">
          <Bi {...measured} />
        </dd>
      </div>
      {expected !== null && (
        <div>
          <dt>
            <Bi zh="应为" en="expected" />
          </dt>
          <dd>
            <Bi {...expected} />
          </dd>
        </div>
      )}
    </dl>
  );
}

const PROOFS_SHOWN = 3;

/** Epochs are cut to what a person can read out over the telephone. */
function Proof({ proof }: { proof: ReasonView["proof"] }) {
  if (proof.length === 0) return null;
  const shown = proof.slice(0, PROOFS_SHOWN).map(({ epoch, seq }) => `${epoch.slice(0, 6)}#${seq}`);
  const more = proof.length > PROOFS_SHOWN ? ` +${proof.length - PROOFS_SHOWN}` : "";
  return (
    <span class="proof" title={proof.map(({ epoch, seq }) => `${epoch} / ${seq}`).join("\n")}>
      证据段 proof <code>{shown.join(" ") + more}</code>
    </span>
  );
}
