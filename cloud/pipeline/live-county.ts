import { type AwaitedNotice, loadAwaited } from "../cases/notice-book.ts";
import { loadContext } from "../context/context-log.ts";
import type { SiteRegistry } from "../registry/site-registry.ts";
import { countQuarantined } from "../replica/segment-store.ts";
import type { Database } from "../store/database.ts";
import type { Draft } from "./draft.ts";
import type { GatewayJournal } from "./gateway-journal.ts";
import { loadJournal } from "./journal-store.ts";
import type { LiveSite } from "./live-site.ts";

/** What the process keeps in memory of all journals and sites; the store holds the same. Only what was committed gets in. */
export class LiveCounty {
  #journals: ReadonlyMap<string, GatewayJournal> = new Map();
  #sites: ReadonlyMap<string, LiveSite> = new Map();
  #contradictions: ReadonlyMap<string, number> = new Map();
  #awaited: readonly AwaitedNotice[] = [];

  /** Reads what is stored; gives the journals that another version folded. */
  async load(db: Database, registry: SiteRegistry): Promise<GatewayJournal[]> {
    const journals = new Map<string, GatewayJournal>();
    const stale: GatewayJournal[] = [];
    const contradictions = new Map<string, number>();
    for (const { id } of registry.gateways) {
      const loaded = await loadJournal(db, id);
      journals.set(id, loaded.journal);
      contradictions.set(id, await countQuarantined(db, id));
      if (loaded.stale) stale.push(loaded.journal);
    }
    const sites = new Map<string, LiveSite>();
    for (const config of registry.sites) {
      sites.set(config.id, { config, context: await loadContext(db, config.id), verdict: null });
    }
    this.#journals = journals;
    this.#sites = sites;
    this.#contradictions = contradictions;
    this.#awaited = await loadAwaited(db);
    return stale;
  }

  /** Knows the journal of one more gateway, as it is stored. */
  addJournal(journal: GatewayJournal): void {
    this.#journals = new Map(this.#journals).set(journal.gateway, journal);
  }

  /** A copy for a transaction to work on. */
  draft(db: Database): Draft {
    return {
      db,
      journals: new Map(this.#journals),
      sites: new Map(this.#sites),
      contradictions: new Map(this.#contradictions),
      awaited: [...this.#awaited],
      confirmed: [],
      touched: new Set(),
      judged: new Set(),
      rewound: new Set(),
      alerts: [],
      receipts: [],
      fromJournal: false,
      rebuilding: false,
    };
  }

  /** The transaction was committed: what it made of the copy is so. */
  adopt({ journals, sites, contradictions, awaited }: Draft): void {
    this.#journals = journals;
    this.#sites = sites;
    this.#contradictions = contradictions;
    this.#awaited = awaited;
  }

  journal(gateway: string): GatewayJournal | undefined {
    return this.#journals.get(gateway);
  }

  site(id: string): LiveSite | undefined {
    return this.#sites.get(id);
  }

  /** Signed contradictions kept of a gateway. */
  contradictions(gateway: string): number {
    return this.#contradictions.get(gateway) ?? 0;
  }

  /** Notices whose journal has not come yet. */
  get awaited(): readonly AwaitedNotice[] {
    return this.#awaited;
  }
}
