import type { BaselineView, ChannelView, Me, SiteDetail } from "../../api/contract.ts";
import { channelName } from "../view/latest-reading.ts";
import { quantityText } from "../view/quantity.ts";
import { fullMomentText } from "../view/time-text.ts";
import { AcceptForm } from "./accept-form.tsx";
import { BaselinePlot } from "./baseline-plot.tsx";
import { Bi } from "./bi.tsx";
import { RelearnForm } from "./relearn-form.tsx";
import { RemovedDevices } from "./removed-devices.tsx";

interface BaselineCardProps {
  detail: SiteDetail;
  me: Me | null;
  onAccept: (by: string, instrumentsOnly: boolean) => Promise<void>;
  onRelearn: (reason: string) => Promise<void>;
}

/** What was learned of the sealed site: explained while learning, put to a person when ready, on record when accepted. */
export function BaselineCard({ detail, me, onAccept, onRelearn }: BaselineCardProps) {
  const mayDecide = me?.permissions.includes("baseline.accept") === true;
  const isReady = mayDecide && detail.baselines.some((baseline) => baseline.status === "ready");
  // Who signed in is named by the server.
  const knownName = me?.via === "open" ? null : (me?.name ?? "");
  return (
    <section class={isReady ? "card baseline baseline-ready" : "card baseline"}>
      <h2 class="card-title">
        <Bi zh="停产常态基线" en="Baseline of the sealed state" />
      </h2>
      <BaselineWord detail={detail} />
      {isReady && (
        <AcceptForm
          days={learnedDays(detail.baselines)}
          knownName={knownName}
          onAccept={(by) => onAccept(by, false)}
        />
      )}
      <RemovedDevices
        removed={detail.removedDevices}
        utcOffsetMin={detail.utcOffsetMin}
        knownName={knownName}
        onAccept={mayDecide ? (by) => onAccept(by, true) : null}
      />
      <ul class="baseline-list">
        {detail.baselines.map((baseline) => (
          <BaselineItem
            key={`${baseline.gateway} ${baseline.channel}`}
            baseline={baseline}
            channel={detail.channels.find(
              (one) => one.gateway === baseline.gateway && one.id === baseline.channel,
            )}
          />
        ))}
      </ul>
      {mayDecide && detail.baselines.length > 0 && <RelearnForm onRelearn={onRelearn} />}
    </section>
  );
}

/** Whose word on the baseline is the last, or why there is none yet. */
function BaselineWord({ detail }: { detail: SiteDetail }) {
  const { baselineAccepted: accepted, baselineRelearn: relearn, baselines, utcOffsetMin } = detail;
  const moment = (atMs: number) => fullMomentText(atMs, utcOffsetMin).slice(0, 16);
  if (accepted !== null)
    return (
      <p class="baseline-text">
        <Bi zh={`${accepted.by} 于 ${moment(accepted.atMs)} 确认`} en={`accepted by ${accepted.by}`} />
        {baselines.some(({ status }) => status === "pending") && (
          <Bi zh="，自下一条记录起生效" en="in force from the next record on" />
        )}
      </p>
    );
  return (
    <>
      {relearn !== null && (
        <p class="baseline-text">
          <Bi
            zh={`${relearn.by} 于 ${moment(relearn.atMs)} 要求重新学习：${relearn.reason ?? "—"}`}
            en={`learned anew on the word of ${relearn.by}`}
          />
        </p>
      )}
      {baselines.every(({ status }) => status !== "ready") && (
        <p class="baseline-text">
          <Bi
            zh="学习中：正在逐时学习停产时的常态。工厂可能在学习期间偷开，所以在有人看过并确认曲线之前，判定一直是“学习中”；不依赖基线的规则（封条、门、断电线路、负荷占比）照常工作。"
            en="Learning hour by hour what the sealed plant looks like. It may be running in secret meanwhile, so the verdict stays “learning” until a person accepts the plot; the rules that need no baseline already work."
          />
        </p>
      )}
    </>
  );
}

const STATUS_WORDS: Readonly<Record<BaselineView["status"], string>> = {
  learning: "学习中 learning",
  ready: "待确认 to be accepted",
  pending: "已确认，待生效 accepted",
  accepted: "生效 in force",
};

function BaselineItem(props: { baseline: BaselineView; channel: ChannelView | undefined }) {
  const { baseline, channel } = props;
  const mids = baseline.hours.map((hour) => hour.mid);
  const unit = channel?.unit ?? "";
  return (
    <li class="baseline-item">
      <span class="baseline-name">
        {channel === undefined ? `#${baseline.channel}` : <Bi {...channelName(channel)} />}
      </span>
      <BaselinePlot hours={baseline.hours} isDashed={baseline.status === "learning"} />
      <span class="baseline-range">
        {mids.length === 0
          ? "—"
          : `${quantityText(Math.min(...mids), unit)} – ${quantityText(Math.max(...mids), unit)}`}
        <span class="bi-en">
          {" "}
          已学 {Math.floor(baseline.days * 10) / 10} 天 days · {STATUS_WORDS[baseline.status]}
        </span>
      </span>
    </li>
  );
}

function learnedDays(baselines: readonly BaselineView[]): number {
  const ready = baselines.filter((baseline) => baseline.status === "ready");
  return Math.floor(Math.min(...ready.map((baseline) => baseline.days)));
}
