import type { AlertView } from "../../api/contract.ts";
import { lateDigest } from "../view/alert-order.ts";
import { momentText } from "../view/time-text.ts";
import { Bi } from "./bi.tsx";
import { LevelTag } from "./level-tag.tsx";

/** One line for all that a back-fill brought to light long after it happened. */
export function LateDigestLine(props: { alerts: readonly AlertView[]; utcOffsetMin: number; nowMs: number }) {
  const digest = lateDigest(props.alerts, props.nowMs);
  if (digest === null) return null;
  const from = momentText(digest.fromMs, props.utcOffsetMin);
  const to = momentText(digest.toMs, props.utcOffsetMin);
  const when = from === to ? from : `${from} 至 ${to}`;
  return (
    <p class="card late-digest">
      <LevelTag level={digest.level} />
      <Bi
        zh={`补传追回 ${digest.alerts} 条一小时以前的告警（发生于 ${when}），其中 ${digest.open} 条未结束`}
        en={`${digest.alerts} alerts recovered by back-fill, ${from === to ? from : `${from} to ${to}`}; ${digest.open} still open`}
      />
    </p>
  );
}
