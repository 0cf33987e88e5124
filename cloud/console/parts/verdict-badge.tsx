import type { Verdict } from "../../api/contract.ts";
import { VERDICT_WORDS } from "../view/words.ts";
import { Icon } from "./icon.tsx";

/** A verdict as a badge: drawing, Chinese, English. */
export function VerdictBadge({ verdict, size }: { verdict: Verdict; size: "big" | "small" }) {
  const words = VERDICT_WORDS[verdict];
  return (
    <span class={`verdict verdict-${size} verdict-${verdict}`}>
      <Icon name={verdict} />
      <span class="verdict-zh" lang="zh">
        {words.zh}
      </span>
      <span class="verdict-en" lang="en">
        {words.en}
      </span>
    </span>
  );
}
