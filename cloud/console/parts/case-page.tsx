import { useState } from "preact/hooks";
import type { CaseDetail } from "../../api/case-contract.ts";
import type { Me } from "../../api/contract.ts";
import { countyApi, RequestFailure } from "../store/county-api.ts";
import { useRead } from "../store/use-read.ts";
import { actWords, CASE_VERDICT_WORDS, caseActs, entryText, STATE_WORDS } from "../view/case-words.ts";
import { hashOfSite } from "../view/site-route.ts";
import { fullMomentText } from "../view/time-text.ts";
import { Bi } from "./bi.tsx";
import { LevelTag } from "./level-tag.tsx";
import { LoadFailure } from "./load-failure.tsx";
import { ProblemLine } from "./problem-line.tsx";
import { Skeleton } from "./skeleton.tsx";
import { VerdictForm } from "./verdict-form.tsx";

interface CasePageProps {
  readonly id: string;
  readonly me: Me | null;
  readonly revision: number;
  readonly utcOffsetMin: number;
}

/** One case: what is told, how far it is, what the reader may do about it, and its record. */
export function CasePage({ id, me, revision, utcOffsetMin }: CasePageProps) {
  const { value, failure, again } = useRead(`${id} ${revision}`, () => countyApi.case(id));
  if (value === null) return failure ? <LoadFailure failure={failure} onRetry={again} /> : <Skeleton />;
  return (
    <>
      <CaseHead detail={value} utcOffsetMin={utcOffsetMin} />
      <CaseActs detail={value} permissions={me?.permissions ?? []} onDone={again} />
      <section class="card case-list">
        <h2 class="card-title">
          <Bi zh="办理记录" en="Record" />
        </h2>
        <ol class="case-record">
          {value.entries.map((entry) => (
            <li key={entry.id}>
              <time>{fullMomentText(entry.atMs, utcOffsetMin)}</time>
              <span class="case-record-act">
                <Bi {...actWords(entry.act)} />
              </span>
              <span class="case-record-who">{entry.actor === "system" ? "" : entry.name}</span>
              <span class="case-record-text">{entryText(entry)}</span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

function CaseHead({ detail, utcOffsetMin }: { detail: CaseDetail; utcOffsetMin: number }) {
  const { verdict, dueMs, overdue } = detail;
  return (
    <section class={`card case-head level-edge-${detail.level}`}>
      <p class="case-head-line">
        <LevelTag level={detail.level} />
        <strong>{detail.id}</strong>
        <Bi {...STATE_WORDS[detail.state]} />
        {verdict !== null && <strong>{CASE_VERDICT_WORDS[verdict].zh}</strong>}
        {detail.late && <Bi zh="迟到的记录" en="found late" />}
      </p>
      <h1 class="case-head-site">
        <a href={hashOfSite(detail.site)}>{detail.siteName.zh}</a>
      </h1>
      <p lang="zh">{detail.sentence.zh}</p>
      <p class="bi-en" lang="en">
        {detail.sentence.en}
      </p>
      {dueMs !== null && (
        <p class={overdue ? "case-overdue" : "case-due"}>
          <Bi
            zh={`办理期限 ${fullMomentText(dueMs, utcOffsetMin).slice(0, 16)}`}
            en={overdue ? "overdue" : "due"}
          />
        </p>
      )}
    </section>
  );
}

interface CaseActsProps {
  readonly detail: CaseDetail;
  readonly permissions: readonly string[];
  readonly onDone: () => void;
}

function CaseActs({ detail, permissions, onDone }: CaseActsProps) {
  const [problem, setProblem] = useState<RequestFailure | null>(null);
  const acts = caseActs(detail, permissions);
  if (acts.length === 0) return null;
  async function act(name: "acknowledge" | "decide" | "close", body: object): Promise<void> {
    try {
      await countyApi.actOnCase(detail.id, detail.version, name, body);
      setProblem(null);
      onDone();
    } catch (error) {
      setProblem(error instanceof RequestFailure ? error : new RequestFailure(0, "", String(error)));
    }
  }
  return (
    <section class="card case-acts">
      {acts.includes("acknowledge") && (
        <button type="button" class="button button-main" onClick={() => void act("acknowledge", {})}>
          <Bi zh="确认收到，由我处理" en="I have seen it and take it on" />
        </button>
      )}
      {acts.includes("decide") && (
        <VerdictForm visited={detail.visited !== null} onVerdict={(body) => void act("decide", body)} />
      )}
      {acts.includes("close") && (
        <button type="button" class="button button-main" onClick={() => void act("close", {})}>
          <Bi zh="结案" en="Close the case" />
        </button>
      )}
      <ProblemLine problem={problem} />
    </section>
  );
}
