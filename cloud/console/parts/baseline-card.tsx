import { useState } from "preact/hooks";
import type { BaselineView, ChannelView, Me, SiteDetail } from "../../api/contract.ts";
import { RequestFailure } from "../store/county-api.ts";
import { channelName } from "../view/latest-reading.ts";
import { quantityText } from "../view/quantity.ts";
import { fullMomentText } from "../view/time-text.ts";
import { BaselinePlot } from "./baseline-plot.tsx";
import { Bi } from "./bi.tsx";

interface BaselineCardProps {
  detail: SiteDetail;
  me: Me | null;
  onAccept: (by: string) => Promise<void>;
}

/** What was learned of the sealed site: explained while learning, put to a person when ready, on record when accepted. */
export function BaselineCard({ detail, me, onAccept }: BaselineCardProps) {
  const accepted = detail.baselineAccepted;
  const isUnused = detail.baselines.some((baseline) => baseline.status === "ready");
  const isReady = isUnused && accepted === null && me?.permissions.includes("baseline.accept") === true;
  // Who signed in is named by the server.
  const knownName = me?.via === "open" ? null : (me?.name ?? "");
  return (
    <section class={isReady ? "card baseline baseline-ready" : "card baseline"}>
      <h2 class="card-title">
        <Bi zh="停产常态基线" en="Baseline of the sealed state" />
      </h2>
      {isReady ? (
        <Ready days={learnedDays(detail.baselines)} knownName={knownName} onAccept={onAccept} />
      ) : accepted === null ? (
        <p class="baseline-text">
          <Bi
            zh="学习中：正在逐时学习停产时的常态。工厂可能在学习期间偷开，所以在有人看过并确认曲线之前，判定一直是“学习中”；不依赖基线的规则（封条、门、断电线路、负荷占比）照常工作。"
            en="Learning hour by hour what the sealed plant looks like. It may be running in secret meanwhile, so the verdict stays “learning” until a person accepts the plot; the rules that need no baseline already work."
          />
        </p>
      ) : (
        <p class="baseline-text">
          <Bi
            zh={`${accepted.by} 于 ${fullMomentText(accepted.atMs, detail.utcOffsetMin).slice(0, 16)} 确认`}
            en={`accepted by ${accepted.by}`}
          />
          {isUnused && <Bi zh="，自下一条记录起生效" en="in force from the next record on" />}
        </p>
      )}
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
    </section>
  );
}

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
        <span class="bi-en"> 已学 {Math.floor(baseline.days * 10) / 10} 天 days</span>
      </span>
    </li>
  );
}

function Ready(props: { days: number; knownName: string | null; onAccept: (by: string) => Promise<void> }) {
  const { days, knownName, onAccept } = props;
  const [by, setBy] = useState(knownName ?? "");
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  async function accept(event: Event): Promise<void> {
    event.preventDefault();
    setIsBusy(true);
    setProblem(null);
    try {
      await onAccept(by.trim());
    } catch (error) {
      setProblem(error instanceof RequestFailure ? `${error.message} (${error.code})` : String(error));
    }
    setIsBusy(false);
  }
  return (
    <form class="accept" onSubmit={(event) => void accept(event)}>
      <p class="baseline-text">
        <Bi
          zh={`图中的常态带由 ${days} 天的记录学得。只有确认这些天工厂确实停产，才可以接受；接受之后，偏离它就是迹象。`}
          en={`The plotted band was learned over ${days} days. Accept it only if the plant was truly stopped then; after that, leaving it is a sign of activity.`}
        />
      </p>
      <div class="accept-line">
        <label for="accepted-by">
          <Bi zh="确认人姓名" en="your name" />
        </label>
        <input
          id="accepted-by"
          class="input"
          maxLength={60}
          autocomplete="name"
          value={by}
          readOnly={knownName !== null}
          onInput={(event) => setBy(event.currentTarget.value)}
        />
        <button type="submit" class="button button-main" disabled={isBusy || by.trim() === ""}>
          <Bi zh="我看过曲线，接受基线" en="Accept" />
        </button>
      </div>
      {problem !== null && (
        <p class="accept-problem" role="alert">
          未能保存 Not saved：{problem}
        </p>
      )}
    </form>
  );
}

function learnedDays(baselines: readonly BaselineView[]): number {
  const ready = baselines.filter((baseline) => baseline.status === "ready");
  return Math.floor(Math.min(...ready.map((baseline) => baseline.days)));
}
