import type { AlertView, Me, SiteDetail, SiteSummary } from "../../api/contract.ts";
import { siteOrder, withAlert } from "../view/alert-order.ts";
import { type Place, placeInHash } from "../view/case-route.ts";
import { chosenSite } from "../view/site-route.ts";
import { type CountyApi, RequestFailure } from "./county-api.ts";
import { createPacer } from "./pacer.ts";

/** Everything the page shows, but the chart's columns. Null: not read yet. */
export interface ConsoleState {
  /** Null: nobody yet. */
  readonly me: Me | null;
  readonly stream: "connecting" | "live" | "reconnecting";
  readonly sites: readonly SiteSummary[] | null;
  readonly chosen: string | null;
  readonly detail: SiteDetail | null;
  readonly alerts: readonly AlertView[] | null;
  readonly failure: RequestFailure | null;
  /** Counts what may have changed the chosen site's record; a chart reads again when it grows. */
  readonly revision: number;
  /** What the location names, and how often a case changed since the page was opened. */
  readonly place: Place;
  readonly caseRevision: number;
  /** Where each gateway's record stood when this page first saw it, as the start of its back-fill. */
  readonly seenFromMs: Readonly<Record<string, number>>;
}

const INITIAL: ConsoleState = {
  me: null,
  stream: "connecting",
  sites: null,
  chosen: null,
  detail: null,
  alerts: null,
  failure: null,
  revision: 0,
  place: { kind: "sites" },
  caseRevision: 0,
  seenFromMs: {},
};

/** Longest wait from an event to the read it causes. */
const READ_DELAY_MS = 400;

/** The page's state and the few things that change it. Nothing is read before `start`. */
export class ConsoleStore {
  #state: ConsoleState = INITIAL;
  #hash: string;
  readonly #api: CountyApi;
  readonly #listeners = new Set<() => void>();
  readonly #sitesPacer = createPacer(() => this.#attempt(() => this.#readSites()), 0);
  readonly #detailPacer = createPacer(() => this.#attempt(() => this.#readDetail()), READ_DELAY_MS);

  constructor(api: CountyApi, hash: string) {
    this.#api = api;
    this.#hash = hash;
    this.#state = { ...INITIAL, place: placeInHash(hash) };
  }

  get(): ConsoleState {
    return this.#state;
  }

  /** Calls `listener` after every change; the answer ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Reads the sites and follows the event stream from here on, for somebody who may. */
  start(me: Me): void {
    this.#change({ me });
    this.reread();
    this.#api.events({
      opened: () => {
        // What happened while the stream was away may be missing from it.
        if (this.#state.stream === "reconnecting") this.reread();
        this.#change({ stream: "live" });
      },
      lost: () => {
        this.#change({ stream: "reconnecting" });
        // Comes with each failed attempt: as long as there is no stream, the page is read instead.
        this.reread();
      },
      site: (site) => {
        this.#change({ sites: withSite(this.#state.sites ?? [], site) });
        this.#choose();
        if (site.id === this.#state.chosen) this.#detailPacer.poke();
      },
      alert: (alert) => {
        if (alert.site !== this.#state.chosen) return;
        this.#change({ alerts: withAlert(this.#state.alerts ?? [], alert) });
        this.#detailPacer.poke();
      },
      digest: ({ site }) => {
        if (site === this.#state.chosen) this.#detailPacer.poke();
      },
      case: () => this.#change({ caseRevision: this.#state.caseRevision + 1 }),
      reset: () => this.reread(),
    });
  }

  /** Shows the site that a location hash names. */
  follow(hash: string): void {
    this.#hash = hash;
    this.#change({ place: placeInHash(hash) });
    this.#choose();
  }

  /** Reads everything again. */
  reread = (): void => this.#sitesPacer.poke();

  /** Accepts the chosen site's baseline, or only which instruments it has. Rejects with RequestFailure. */
  acceptBaseline = async (by: string, instrumentsOnly: boolean): Promise<void> => {
    if (this.#state.chosen === null) return;
    await this.#api.acceptBaseline(this.#state.chosen, by, instrumentsOnly);
    await this.#attempt(() => this.#readDetail());
  };

  /** Has the chosen site's baseline learned anew. Rejects with RequestFailure. */
  relearnBaseline = async (reason: string): Promise<void> => {
    if (this.#state.chosen === null) return;
    await this.#api.relearnBaseline(this.#state.chosen, reason);
    await this.#attempt(() => this.#readDetail());
  };

  #change(part: Partial<ConsoleState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }

  #choose(): void {
    const ids = siteOrder(this.#state.sites ?? []).map((site) => site.id);
    const chosen = chosenSite(this.#hash, ids, this.#state.chosen);
    if (chosen === this.#state.chosen) return;
    this.#change({ chosen, detail: null, alerts: null });
    this.#detailPacer.poke();
  }

  async #readSites(): Promise<void> {
    this.#change({ sites: await this.#api.sites() });
    this.#choose();
    this.#detailPacer.poke();
  }

  async #readDetail(): Promise<void> {
    const id = this.#state.chosen;
    if (id === null) return;
    const [detail, alerts] = await Promise.all([this.#api.site(id), this.#api.alerts(id)]);
    if (id !== this.#state.chosen) return;
    const { revision, seenFromMs } = this.#state;
    this.#change({ detail, alerts, revision: revision + 1, seenFromMs: firstSeen(seenFromMs, detail) });
  }

  async #attempt(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      if (this.#state.failure !== null) this.#change({ failure: null });
    } catch (error) {
      const isFailure = error instanceof RequestFailure;
      this.#change({ failure: isFailure ? error : new RequestFailure(0, "UNREADABLE", String(error)) });
    }
  }
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
