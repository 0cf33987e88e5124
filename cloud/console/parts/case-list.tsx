import type { CaseItem } from "../../api/case-contract.ts";
import { countyApi } from "../store/county-api.ts";
import { useRead } from "../store/use-read.ts";
import { hashOfCase } from "../view/case-route.ts";
import { STATE_WORDS } from "../view/case-words.ts";
import { fullMomentText } from "../view/time-text.ts";
import { Bi } from "./bi.tsx";
import { LevelTag } from "./level-tag.tsx";
import { LoadFailure } from "./load-failure.tsx";
import { Skeleton } from "./skeleton.tsx";

/** The newest cases, those that wait for somebody marked. */
export function CaseList({ revision, utcOffsetMin }: { revision: number; utcOffsetMin: number }) {
  const { value, failure, again } = useRead(String(revision), () => countyApi.cases());
  if (value === null) return failure ? <LoadFailure failure={failure} onRetry={again} /> : <Skeleton />;
  return (
    <section class="card case-list">
      <h1 class="card-title">
        <Bi zh="处置单" en={`Cases · ${value.length}`} />
      </h1>
      {value.length === 0 && (
        <p class="empty-note">
          <Bi zh="没有处置单" en="There is no case" />
        </p>
      )}
      <ul>
        {value.map((item) => (
          <CaseLine key={item.id} item={item} utcOffsetMin={utcOffsetMin} />
        ))}
      </ul>
    </section>
  );
}

function CaseLine({ item, utcOffsetMin }: { item: CaseItem; utcOffsetMin: number }) {
  return (
    <li>
      <a class="case-link" href={hashOfCase(item.id)}>
        <LevelTag level={item.level} />
        <span class="case-link-text">
          <strong>{item.siteName.zh}</strong> {item.sentence.zh}
        </span>
        <span class="case-link-state">
          {item.overdue && <span class="case-overdue">逾期 overdue</span>}
          <Bi {...STATE_WORDS[item.state]} />
          <time>{fullMomentText(item.openedMs, utcOffsetMin).slice(0, 16)}</time>
        </span>
      </a>
    </li>
  );
}
