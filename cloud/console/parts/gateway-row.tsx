import type { ComponentChildren } from "preact";
import type { GatewayView } from "../../api/contract.ts";
import { gatewayState } from "../view/gateway-state.ts";
import { numberText } from "../view/quantity.ts";
import { agoText, fullMomentText } from "../view/time-text.ts";
import { BackfillBar } from "./backfill-bar.tsx";
import { Bi } from "./bi.tsx";

const STATE = {
  live: { zh: "在线", en: "connected" },
  backfilling: { zh: "补传中", en: "back-filling" },
  silent: { zh: "失联", en: "not in contact" },
  never: { zh: "从未接入", en: "never heard" },
  revoked: { zh: "已吊销", en: "revoked" },
} as const;

interface GatewayRowProps {
  gateway: GatewayView;
  utcOffsetMin: number;
  nowMs: number;
  seenFromMs: number | null;
}

/** One gateway: in contact or not, when last heard, and how far its journal has come. */
export function GatewayRow({ gateway, utcOffsetMin, nowMs, seenFromMs }: GatewayRowProps) {
  const state = gatewayState(gateway, nowMs);
  const heard = gateway.heardMs === null ? null : agoText(gateway.heardMs, nowMs);
  return (
    <li class={`gateway gateway-${state}`}>
      <div class="gateway-line">
        <span class="gateway-dot" aria-hidden="true" />
        <span class="gateway-id">{gateway.id}</span>
        <span class="gateway-state">
          <Bi {...STATE[state]} />
        </span>
      </div>
      <dl class="gateway-facts">
        <Fact zh="最近听到" en="last heard">
          {heard === null ? "—" : <Bi {...heard} />}
        </Fact>
        <Fact zh="已记录到" en="recorded to">
          {gateway.recordedToMs === null ? "—" : fullMomentText(gateway.recordedToMs, utcOffsetMin).slice(5)}
        </Fact>
        <Fact zh="日志段" en="segments">
          {numberText(gateway.segments, 0)}
        </Fact>
        <Fact zh="读数" en="readings">
          {numberText(gateway.readings, 0)}
        </Fact>
      </dl>
      <GatewayFlags gateway={gateway} />
      {state === "backfilling" && gateway.recordedToMs !== null && (
        <BackfillBar
          recordedToMs={gateway.recordedToMs}
          seenFromMs={seenFromMs ?? gateway.recordedToMs}
          nowMs={nowMs}
          utcOffsetMin={utcOffsetMin}
        />
      )}
    </li>
  );
}

/** What is not as it should be in the gateway's journal; nothing when all is. */
function GatewayFlags({ gateway }: { gateway: GatewayView }) {
  const flags = [
    gateway.contradictions > 0 && {
      zh: `日志链矛盾 ${gateway.contradictions} 处`,
      en: "contradictions, kept apart",
    },
    gateway.branches > 0 && { zh: `日志链分支 ${gateway.branches} 次`, en: "branches" },
    gateway.droppedSegments > 0 && {
      zh: `${gateway.droppedSegments} 段正文因空间不足放弃`,
      en: "bodies given up for space: unknown",
    },
  ].filter((flag) => flag !== false);
  if (flags.length === 0) return null;
  return (
    <ul class="gateway-flags">
      {flags.map((flag) => (
        <li key={flag.en}>
          <Bi {...flag} />
        </li>
      ))}
    </ul>
  );
}

function Fact(props: { zh: string; en: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>
        <Bi zh={props.zh} en={props.en} />
      </dt>
      <dd>{props.children}</dd>
    </div>
  );
}
