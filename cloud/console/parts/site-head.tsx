import type { SiteDetail } from "../../api/contract.ts";
import { useNow } from "../store/use-now.ts";
import { recordedTo, verdictCaveat } from "../view/gateway-state.ts";
import { durationText, fullMomentText, momentText } from "../view/time-text.ts";
import { VERDICT_MEANING } from "../view/words.ts";
import { Bi } from "./bi.tsx";
import { GatewayRow } from "./gateway-row.tsx";
import { LevelTag } from "./level-tag.tsx";
import { VerdictBadge } from "./verdict-badge.tsx";

/** Who the site is, what is held to be true of it, and whether its gateways can be believed right now. */
export function SiteHead(props: { detail: SiteDetail; seenFromMs: Readonly<Record<string, number>> }) {
  const { detail } = props;
  const nowMs = useNow(5000);
  return (
    <section class="card site-head">
      <div class="site-title">
        <h1>
          <span lang="zh">{detail.name.zh}</span>
          <span class="site-title-en" lang="en">
            {detail.name.en}
          </span>
        </h1>
        <p class="site-place">
          {detail.township} · {detail.address}
        </p>
        <VerdictBlock detail={detail} nowMs={nowMs} />
      </div>
      <div class="site-gateways">
        <h2 class="block-title">
          <Bi zh="网关" en={detail.gateways.length === 1 ? "Gateway" : "Gateways"} />
        </h2>
        <ul>
          {detail.gateways.map((gateway) => (
            <GatewayRow
              key={gateway.id}
              gateway={gateway}
              utcOffsetMin={detail.utcOffsetMin}
              nowMs={nowMs}
              seenFromMs={props.seenFromMs[gateway.id] ?? null}
            />
          ))}
        </ul>
      </div>
    </section>
  );
}

function VerdictBlock({ detail, nowMs }: { detail: SiteDetail; nowMs: number }) {
  const held = detail.sinceMs === null ? null : durationText(nowMs - detail.sinceMs);
  return (
    <div class="site-verdict">
      <VerdictBadge verdict={detail.verdict} size="big" />
      <div class="site-verdict-text">
        <p class="site-meaning">
          <Bi {...VERDICT_MEANING[detail.verdict]} />
        </p>
        <p class="site-since">
          {detail.sinceMs !== null && held !== null && (
            <Bi
              zh={`自 ${fullMomentText(detail.sinceMs, detail.utcOffsetMin).slice(0, 16)} 起，${held.zh}`}
              en={`for ${held.en}`}
            />
          )}
          <span class="site-level">
            <Bi zh="监测提示等级" en="monitoring level" /> <LevelTag level={detail.level} />
          </span>
        </p>
        <Caveat detail={detail} nowMs={nowMs} />
      </div>
    </div>
  );
}

/** A verdict whose record does not reach the present says so itself. */
function Caveat({ detail, nowMs }: { detail: SiteDetail; nowMs: number }) {
  const state = verdictCaveat(detail.gateways, nowMs);
  if (state === null) return null;
  const reached = recordedTo(detail.gateways);
  const at = reached === null ? null : momentText(reached, detail.utcOffsetMin);
  if (state === "backfilling" && at !== null) {
    return (
      <p class="caveat caveat-filling">
        <Bi
          zh={`补传进行中：判定依据的记录到 ${at} 为止`}
          en={`back-filling: the verdict rests on records up to ${at}`}
        />
      </p>
    );
  }
  return (
    <p class="caveat caveat-unknown">
      {at === null ? (
        <Bi zh="尚未收到任何记录，现状不明" en="nothing recorded yet: the present is unknown" />
      ) : (
        <Bi
          zh={`有网关失联：${at} 之后可能没有记录，现状不明，不代表正常`}
          en={`a gateway is out of contact: after ${at} the present is unknown, not normal`}
        />
      )}
    </p>
  );
}
