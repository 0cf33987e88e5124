import { useEffect } from "preact/hooks";
import { AlertAnnouncer } from "./parts/alert-announcer.tsx";
import { Bi } from "./parts/bi.tsx";
import { CaseList } from "./parts/case-list.tsx";
import { CasePage } from "./parts/case-page.tsx";
import { LoadFailure } from "./parts/load-failure.tsx";
import { PageHeader } from "./parts/page-header.tsx";
import { SiteList } from "./parts/site-list.tsx";
import { SitePage } from "./parts/site-page.tsx";
import { Skeleton } from "./parts/skeleton.tsx";
import type { ConsoleState, ConsoleStore } from "./store/console-store.ts";
import { useStore } from "./store/use-store.ts";
import { openAlerts } from "./view/alert-order.ts";
import { LEVEL_WORDS } from "./view/words.ts";

/** The whole page. */
export function App({ store, onSignOut }: { store: ConsoleStore; onSignOut: () => void }) {
  const state = useStore(store);
  const sites = state.sites ?? [];
  const offset = state.detail?.utcOffsetMin ?? sites[0]?.utcOffsetMin ?? 480;
  useEffect(() => {
    document.title = pageTitle(state);
  }, [state]);
  return (
    <div class={sites.length > 1 ? "page page-with-list" : "page"}>
      <PageHeader stream={state.stream} utcOffsetMin={offset} me={state.me} onSignOut={onSignOut} />
      {sites.length > 1 && <SiteList sites={sites} chosen={state.chosen} />}
      <main class="page-main">
        {state.failure !== null && <LoadFailure failure={state.failure} onRetry={store.reread} />}
        <Content state={state} store={store} />
      </main>
      <AlertAnnouncer alerts={state.alerts} />
    </div>
  );
}

function Content({ state, store }: { state: ConsoleState; store: ConsoleStore }) {
  const { place, me, caseRevision: revision } = state;
  const utcOffsetMin = state.sites?.[0]?.utcOffsetMin ?? 480;
  if (place.kind === "cases") return <CaseList {...{ revision, utcOffsetMin }} />;
  if (place.kind === "case") {
    return <CasePage key={place.id} id={place.id} {...{ me, revision, utcOffsetMin }} />;
  }
  if (state.detail !== null) return <SitePage detail={state.detail} state={state} store={store} />;
  if (state.sites !== null && state.sites.length === 0) {
    return (
      <p class="empty-note">
        <Bi zh="还没有登记任何厂点" en="No site has been registered yet" />
      </p>
    );
  }
  return state.failure === null ? <Skeleton /> : null;
}

function pageTitle(state: ConsoleState): string {
  const gravest = openAlerts(state.alerts ?? [])[0];
  const site = state.detail?.name.zh;
  const name = site === undefined ? "封哨 Sealwatch" : `${site} · 封哨`;
  return gravest === undefined ? name : `【${LEVEL_WORDS[gravest.level].zh}】${name}`;
}
