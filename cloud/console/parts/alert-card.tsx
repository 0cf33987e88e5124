import type { AlertView } from "../../api/contract.ts";
import { nextSteps } from "../view/next-steps.ts";
import { durationText, fullMomentText } from "../view/time-text.ts";
import { LEVEL_WORDS } from "../view/words.ts";
import { Bi } from "./bi.tsx";
import { LevelHistory } from "./level-history.tsx";
import { ReasonRow } from "./reason-row.tsx";

const TITLES = {
  restart: { zh: "复产告警", en: "Restart alert" },
  silence: { zh: "失联告警", en: "Silence alert" },
  info: { zh: "情况提示", en: "Information" },
} as const;

/** An alert a person can act on: what, since when, how sure, why, and what to do next. */
export function AlertCard({ alert, utcOffsetMin }: { alert: AlertView; utcOffsetMin: number }) {
  const words = LEVEL_WORDS[alert.level];
  const title = TITLES[alert.class];
  return (
    <article class={`card alert level-edge-${alert.level}`}>
      <div class={`alert-band level-${alert.level}`}>
        <span class="alert-level-caption">监测提示等级</span>
        <span class="alert-level">{words.zh}</span>
        <span class="alert-level-en">{words.en}</span>
      </div>
      <div class="alert-body">
        <header class="alert-head">
          <h2 class="alert-title">
            <Bi {...title} />
            {alert.provisional && <AlertMark kind="provisional" />}
            {alert.late && <AlertMark kind="late" />}
          </h2>
          <p class="alert-sentence" lang="zh">
            {alert.sentence.zh}
          </p>
          <p class="alert-sentence-en" lang="en">
            {alert.sentence.en}
          </p>
        </header>
        <AlertTimes alert={alert} utcOffsetMin={utcOffsetMin} />
        <div class="alert-columns">
          <section hidden={alert.reasons.length === 0}>
            <h3 class="block-title">
              <Bi zh="理由" en={`Reasons · ${alert.reasons.length}`} />
            </h3>
            <ul class="reasons">
              {alert.reasons.map((reason) => (
                <ReasonRow
                  key={`${reason.rule} ${reason.gateway} ${reason.channel} ${reason.fromMs}`}
                  reason={reason}
                  utcOffsetMin={utcOffsetMin}
                />
              ))}
            </ul>
          </section>
          <section class="alert-next">
            <h3 class="block-title">
              <Bi zh="下一步" en="What to do next" />
            </h3>
            <ol class="next-steps">
              {nextSteps(alert).map((step) => (
                <li key={step.zh}>
                  <span lang="zh">{step.zh}</span>
                  <span class="bi-en next-step-en" lang="en">
                    {step.en}
                  </span>
                </li>
              ))}
            </ol>
            <LevelHistory history={alert.history} utcOffsetMin={utcOffsetMin} />
          </section>
        </div>
      </div>
    </article>
  );
}

const MARKS = {
  provisional: { zh: "待核实：日志尚未送达", en: "awaiting the journal" },
  late: { zh: "补传追回", en: "recovered late" },
} as const;

/** How an alert became known, where that is not the usual way. */
function AlertMark({ kind }: { kind: keyof typeof MARKS }) {
  return (
    <span class={`alert-mark alert-mark-${kind}`}>
      <Bi {...MARKS[kind]} />
    </span>
  );
}

function AlertTimes({ alert, utcOffsetMin }: { alert: AlertView; utcOffsetMin: number }) {
  return (
    <dl class="alert-times">
      <div>
        <dt>
          <Bi zh="发生" en="event" />
        </dt>
        <dd>{fullMomentText(alert.eventMs, utcOffsetMin)}</dd>
      </div>
      <div>
        <dt>
          <Bi zh="提示" en="raised" />
        </dt>
        <dd>{fullMomentText(alert.raisedMs, utcOffsetMin)}</dd>
      </div>
      <div>
        <dt>
          <Bi zh="相隔" en="delay" />
        </dt>
        <dd>
          <Bi {...durationText(alert.raisedMs - alert.eventMs)} />
        </dd>
      </div>
      <div>
        <dt>
          <Bi zh="当前等级" en="level now" />
        </dt>
        <dd>
          <Bi {...LEVEL_WORDS[alert.currentLevel]} />
        </dd>
      </div>
    </dl>
  );
}
