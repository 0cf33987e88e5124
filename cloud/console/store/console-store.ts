import type { AlertView, SiteDetail, SiteSummary } from "../../api/contract.ts";
import { withAlert } from "../view/alert-order.ts";
import { chosenSite } from "../view/site-route.ts";
import { type CountyApi, RequestFailure } from "./county-api.ts";
import { createPacer } from "./pacer.ts";

/** Everything the page shows, but the chart's columns. Null: not read yet. */
export interface ConsoleState {
  readonly stream: "connecting" | "live" | "reconnecting";
  readonly sites: readonly SiteSummary[] | null;
  readonly chosen: string | null;
  readonly detail: SiteDetail | null;
  readonly alerts: readonly AlertView[] | null;
  readonly failure: RequestFailure | null;
  /** Counts what may have changed the chosen site's record; a chart reads again when it grows. */
  readonly revision: number;
  /** Where each gateway's record stood when this page first saw it, as the start of its back-fill. */
  readonly seenFromMs: Readonly<Record<string, number>>;
}

/** The page's state and the few things that change it. */
export interface ConsoleStore {
  get(): ConsoleState;
  subscribe(listener: () => void): () => void;
  start(): void;
  follow(hash: string): void;
  reread(): void;
  acceptBaseline(by: string): Promise<void>;
}

const INITIAL: ConsoleState = {
  stream: "connecting",
  sites: null,
  chosen: null,
  detail: null,
  alerts: null,
  failure: null,
  revision: 0,
  seenFromMs: {},
};

/** Longest wait from an event to the read it causes. */
const READ_DELAY_MS = 400;

/** Makes the store over an API; nothing is read before `start`. */
export function createConsoleStore(api: CountyApi, firstHash: string): ConsoleStore {
  let state = INITIAL;
  let hash = firstHash;
  const listeners = new Set<() => void>();

  function change(part: Partial<ConsoleState>): void {
    state = { ...state, ...part };
    for (const listener of listeners) listener();
  }

  function choose(): void {
    const ids = (state.sites ?? []).map((site) => site.id);
    const chosen = chosenSite(hash, ids);
    if (chosen === state.chosen) return;
    change({ chosen, detail: null, alerts: null });
    detailPacer.poke();
  }

  async function attempt(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      if (state.failure !== null) change({ failure: null });
    } catch (error) {
      const failure = error instanceof RequestFailure ? error : new RequestFailure(0, "UNREADABLE", String(error));
      change({ failure });
    }
  }

  async function readDetail(): Promise<void> {
    const id = state.chosen;
    if (id === null) return;
    const [detail, alerts] = await Promise.all([api.site(id), api.alerts(id)]);
    if (id !== state.chosen) return;
    change({ detail, alerts, revision: state.revision + 1, seenFromMs: firstSeen(state.seenFromMs, detail) });
  }

  const detailPacer = createPacer(() => attempt(readDetail), READ_DELAY_MS);
  const sitesPacer = createPacer(
    () =>
      attempt(async () => {
        change({ sites: await api.sites() });
        choose();
        detailPacer.poke();
      }),
    0,
  );

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start() {
      sitesPacer.poke();
      api.events({
        opened: () => {
          // What happened while the stream was away may be missing from it.
          if (state.stream === "reconnecting") sitesPacer.poke();
          change({ stream: "live" });
        },
        lost: () => change({ stream: "reconnecting" }),
        site: (site) => {
          change({ sites: withSite(state.sites ?? [], site) });
          choose();
          if (site.id === state.chosen) detailPacer.poke();
        },
        alert: (alert) => {
          if (alert.site !== state.chosen) return;
          change({ alerts: withAlert(state.alerts ?? [], alert) });
          detailPacer.poke();
        },
        reset: () => sitesPacer.poke(),
      });
    },
    follow(next) {
      hash = next;
      choose();
    },
    reread: () => sitesPacer.poke(),
    async acceptBaseline(by) {
      if (state.chosen === null) return;
      await api.acceptBaseline(state.chosen, by);
      await attempt(readDetail);
    },
  };
}

function withSite(sites: readonly SiteSummary[], site: SiteSummary): SiteSummary[] {
  const known = sites.some((one) => one.id === site.id);
  return known ? sites.map((one) => (one.id === site.id ? site : one)) : [...sites, site];
}

function firstSeen(seen: ConsoleState["seenFromMs"], detail: SiteDetail): ConsoleState["seenFromMs"] {
  const added = detail.gateways.filter(({ id, recordedToMs }) => recordedToMs !== null && !(id in seen));
  if (added.length === 0) return seen;
  return { ...seen, ...Object.fromEntries(added.map(({ id, recordedToMs }) => [id, recordedToMs ?? 0])) };
}
