import { isDeepStrictEqual } from "node:util";
import type { Clock, Logger, RefusalCounter } from "@sealwatch/platform";
import { messageOf, SealwatchError } from "@sealwatch/platform";
import {
  type Ack,
  decodeNotice,
  decodeSegment,
  type Hello,
  type Signer,
  verifySegment,
} from "@sealwatch/protocols";
import type { AlertView } from "../api/contract.ts";
import { areaAlertOf, recordAreaSilence } from "../cases/area-silence-book.ts";
import { recordContradiction } from "../cases/contradiction-alert.ts";
import { type AwaitedNotice, loadAwaited } from "../cases/notice-book.ts";
import type { SiteConfig } from "../config/cloud-config.ts";
import { appendContext, loadContext, type SiteContextEntry } from "../context/context-log.ts";
import { takeDueContext } from "../context/due-context.ts";
import type { RegisteredGateway, SiteRegistry } from "../registry/site-registry.ts";
import { countQuarantined } from "../replica/segment-store.ts";
import type { Database } from "../store/database.ts";
import { AckDesk } from "./ack-desk.ts";
import { appendSegment, type ReceivedSegment } from "./append-segment.ts";
import { noticeNews } from "./awaited-events.ts";
import { type BatchQueue, batchQueue } from "./batch-queue.ts";
import type { Draft } from "./draft.ts";
import { foldJournalSegment, type GatewayJournal } from "./gateway-journal.ts";
import { insertFindings, insertSummary, loadJournal, saveFolds } from "./journal-store.ts";
import { foldContext, isFolded, type LiveSite, siteContext } from "./live-site.ts";
import {
  mergeConfirmed,
  overdueNotices,
  takeNotice,
  takeNoticeNews,
  withdrawOverdue,
} from "./notice-desk.ts";
import { refoldGateway } from "./refold.ts";
import { commonSilences, judgeAndRecord } from "./site-judge.ts";

/** Segments committed together, and segments that may wait: 32 in flight from each of 120 gateways. */
const BATCH_MAX = 64;
const WAITING_MAX = 4_096;

export interface PipelineDependencies {
  readonly db: Database;
  readonly registry: SiteRegistry;
  readonly clock: Clock;
  /** The county's own key: signs head receipts. */
  readonly signer: Signer;
  readonly refusals: RefusalCounter;
  readonly log: Logger;
  /** Told after each commit. A rebuild never calls it. */
  readonly onCommitted: (committed: Committed) => void;
}

/** What one commit changed. */
export interface Committed {
  readonly acks: ReadonlyMap<string, Ack>;
  readonly sites: readonly string[];
  readonly alerts: readonly AlertView[];
}

interface Arrival extends ReceivedSegment {
  readonly gateway: RegisteredGateway;
}

/** replica → detect → cases, one transaction a batch: append, fold, judge, commit, and only then acknowledge. */
export class SegmentPipeline {
  readonly #deps: PipelineDependencies;
  readonly #queue: BatchQueue<Arrival>;
  readonly #desk: AckDesk;
  #journals: ReadonlyMap<string, GatewayJournal> = new Map();
  #sites: ReadonlyMap<string, LiveSite> = new Map();
  #contradictions: ReadonlyMap<string, number> = new Map();
  #awaited: readonly AwaitedNotice[] = [];
  /** One writer at a time: batches, context entries and refolds take turns. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: PipelineDependencies) {
    this.#deps = deps;
    this.#desk = new AckDesk(deps.clock, deps.signer);
    this.#queue = batchQueue({ batchMax: BATCH_MAX, queueMax: WAITING_MAX }, (arrivals) =>
      this.#commit(arrivals),
    );
  }

  /** Reads what is stored and judges every site again, telling nobody. */
  async load(): Promise<void> {
    const { db, registry } = this.#deps;
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
    await this.#desk.receipts.load(db);
    await this.#transact(async (draft) => {
      draft.rebuilding = true;
      for (const { site, entry } of await takeDueContext(draft.db)) await this.#append(draft, site, entry);
      for (const journal of stale) await this.#refold(draft, journal);
      // Where no gateway ever stood there is nothing to judge: most of a register.
      for (const site of registry.watchedSites) await this.#judge(draft, site);
    });
  }

  /** Knows a gateway that came while running; what an earlier process stored of it is read. */
  addGateway(gatewayId: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#journals.has(gatewayId)) return;
      const { journal, stale } = await loadJournal(this.#deps.db, gatewayId);
      this.#journals = new Map(this.#journals).set(gatewayId, journal);
      if (stale) await this.#transact((draft) => this.#refold(draft, journal));
    });
  }

  /** Takes one segment's bytes from a gateway's topic; resolves once it is committed or refused for good. */
  async takeSegment(gatewayId: string, bytes: Uint8Array): Promise<void> {
    const gateway = this.#deps.registry.gateway(gatewayId);
    if (!gateway) return;
    if (gateway.revokedMs !== null) return this.#deps.refusals.refuse("revoked-gateway", gatewayId);
    try {
      const segment = decodeSegment(bytes);
      verifySegment(segment, gateway.verifier);
      if (segment.header.gateway !== gatewayId) {
        this.#deps.refusals.refuse("foreign-segment", gatewayId, { claims: segment.header.gateway });
        return;
      }
      await this.#queue.push({ gateway, segment, bytes, hello: this.#desk.hello(gatewayId) ?? null });
    } catch (error) {
      if (!(error instanceof SealwatchError) || error.retryable) throw error;
      this.#deps.refusals.refuse(error.code, gatewayId, { why: error.message });
    }
  }

  /** Notes what a gateway holds and says how far the replica has it. */
  async takeHello(gatewayId: string, hello: Hello): Promise<Ack> {
    await this.#queue.idle();
    this.#desk.greet(gatewayId, hello);
    return this.#inTurn(() => this.#transact(async (draft) => this.#desk.ack(draft, gatewayId, "hello")));
  }

  /** Takes an early copy of an event, ahead of every segment that waits. Throws what decodeNotice does. */
  async takeNotice(gatewayId: string, bytes: Uint8Array): Promise<void> {
    const { registry, refusals, clock } = this.#deps;
    const gateway = registry.gateway(gatewayId);
    if (!gateway) return;
    if (gateway.revokedMs !== null) return refusals.refuse("revoked-gateway", gatewayId);
    const notice = decodeNotice(bytes, gateway.verifier);
    if (notice.gateway !== gatewayId) {
      return refusals.refuse("foreign-notice", gatewayId, { claims: notice.gateway });
    }
    await this.#inTurn(() =>
      this.#transact((draft) => takeNotice(draft, gateway, notice, clock.wallMs(), refusals)),
    );
  }

  /** Withdraws notices whose gateways have been in contact for long without bringing their event. */
  async withdrawOverdue(isConnected: (gateway: string) => boolean): Promise<void> {
    const nowMs = this.#deps.clock.wallMs();
    const inContactSinceMs = (gateway: string): number | null =>
      isConnected(gateway) ? this.#desk.greetedMs(gateway) : null;
    const overdue = overdueNotices(this.#awaited, inContactSinceMs, nowMs);
    if (overdue.length === 0) return;
    await this.#inTurn(() => this.#transact((draft) => withdrawOverdue(draft, overdue, nowMs)));
  }

  /** Appends to a site's context log, folds again what it changes, and judges. */
  addContext(site: string, entry: SiteContextEntry): Promise<void> {
    return this.#inTurn(() => this.#transact((draft) => this.#append(draft, site, entry)));
  }

  /** Takes over what people decided since the last time. Nothing is lost between their act and this: it is stored with the act. */
  takeDueContext(): Promise<void> {
    return this.#inTurn(() =>
      this.#transact(async (draft) => {
        for (const { site, entry } of await takeDueContext(draft.db)) await this.#append(draft, site, entry);
      }),
    );
  }

  /** Knows sites that were entered, or changed; what detection must see otherwise is folded again. */
  putSites(configs: readonly SiteConfig[]): Promise<void> {
    return this.#inTurn(() =>
      this.#transact(async (draft) => {
        for (const config of configs) await this.#putSite(draft, config);
      }),
    );
  }

  async #putSite(draft: Draft, config: SiteConfig): Promise<void> {
    const { registry } = this.#deps;
    const before = draft.sites.get(config.id);
    registry.putSite(config);
    draft.judged.add(config.id);
    draft.sites.set(config.id, { config, context: before?.context ?? [], verdict: before?.verdict ?? null });
    // A site that was just entered has no past to judge.
    if (!before || isDeepStrictEqual(siteContext(before.config), siteContext(config))) return;
    for (const { id } of registry.gatewaysOf(config.id)) {
      const journal = draft.journals.get(id);
      if (journal) await this.#refold(draft, journal);
    }
    await this.#judge(draft, config.id);
  }

  async #append(draft: Draft, site: string, entry: SiteContextEntry): Promise<void> {
    const live = draft.sites.get(site);
    if (!live) return;
    await appendContext(draft.db, site, entry, this.#deps.clock.wallMs());
    draft.sites.set(site, { ...live, context: await loadContext(draft.db, site) });
    if (isFolded(entry)) await this.#refoldIfLate(draft, site, entry.effectiveMs);
    await this.#judge(draft, site);
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

  hello(gateway: string): Hello | undefined {
    return this.#desk.hello(gateway);
  }

  /** Resolves when everything taken so far is committed. */
  async idle(): Promise<void> {
    await this.#queue.idle();
    await this.#turn;
  }

  #commit(arrivals: readonly Arrival[]): Promise<void> {
    return this.#inTurn(() =>
      this.#transact(async (draft) => {
        draft.fromJournal = true;
        for (const arrival of arrivals) await this.#take(draft, arrival);
        for (const gateway of draft.touched) {
          const journal = draft.journals.get(gateway);
          if (journal) await saveFolds(draft.db, journal);
        }
        for (const site of draft.judged) await this.#judge(draft, site);
      }),
    );
  }

  async #take(draft: Draft, { gateway, ...received }: Arrival): Promise<void> {
    const journal = draft.journals.get(gateway.id);
    const live = draft.sites.get(gateway.site.id);
    if (!journal || !live) return;
    // Revoked while it waited.
    if (this.#deps.registry.gateway(gateway.id)?.revokedMs !== null) return;
    const nowMs = this.#deps.clock.wallMs();
    const appended = await appendSegment(draft.db, journal, received, nowMs);
    const { admission, heads, ord } = appended;
    draft.touched.add(gateway.id);
    if (admission.kind === "rewind") draft.rewound.add(gateway.id);
    if (admission.kind === "contradiction") {
      this.#deps.refusals.refuse("contradiction", gateway.id, { why: admission.reason });
      if (appended.quarantined > 0) await this.#tellContradiction(draft, gateway, received, nowMs);
    }
    if (admission.kind !== "append") return;
    await this.#fold(draft, gateway, { ...journal, heads, segmentOrd: ord }, received, live);
  }

  async #fold(
    draft: Draft,
    gateway: RegisteredGateway,
    journal: GatewayJournal,
    { segment }: ReceivedSegment,
    live: LiveSite,
  ): Promise<void> {
    const folded = foldJournalSegment(journal.folds, segment, foldContext(live), siteContext(gateway.site));
    if (folded.unreadable)
      this.#deps.refusals.refuse("unreadable-body", gateway.id, { code: folded.unreadable });
    await insertFindings(draft.db, gateway.site.id, folded.findings);
    if (folded.summary) await insertSummary(draft.db, gateway.id, journal.segmentOrd, folded.summary);
    const next = { ...journal, folds: folded.folds };
    draft.journals.set(gateway.id, next);
    if (folded.datesEarlier) await this.#refold(draft, next);
    const awaited = draft.awaited.filter((notice) => notice.gateway === gateway.id);
    const news = noticeNews(awaited, segment.header, folded.dated, [...journal.heads.keys()]);
    await takeNoticeNews(draft, news, this.#deps.clock.wallMs());
    draft.judged.add(gateway.site.id);
  }

  async #tellContradiction(
    draft: Draft,
    { id, site }: RegisteredGateway,
    { segment }: ReceivedSegment,
    nowMs: number,
  ): Promise<void> {
    const count = (draft.contradictions.get(id) ?? 0) + 1;
    const place = `${segment.header.epoch}/${segment.header.seq}`;
    draft.contradictions.set(id, count);
    draft.alerts.push(
      await recordContradiction(draft.db, { gateway: id, site: site.id, count, place }, nowMs),
    );
  }

  async #refoldIfLate(draft: Draft, siteId: string, effectiveMs: number): Promise<void> {
    const live = draft.sites.get(siteId);
    if (!live) return;
    for (const { id } of this.#deps.registry.gatewaysOf(siteId)) {
      const journal = draft.journals.get(id);
      const recordedToMs = journal?.folds.view.recordedToMs ?? null;
      if (!journal || recordedToMs === null || recordedToMs < effectiveMs) continue;
      await this.#refold(draft, journal);
    }
  }

  async #refold(draft: Draft, journal: GatewayJournal): Promise<void> {
    const live = draft.sites.get(this.#deps.registry.gateway(journal.gateway)?.site.id ?? "");
    if (!live) return;
    this.#deps.log.info({ gateway: journal.gateway }, "folding the whole journal again");
    const refolded = await refoldGateway(draft.db, journal, foldContext(live), siteContext(live.config));
    draft.journals.set(journal.gateway, refolded);
  }

  async #judge(draft: Draft, siteId: string): Promise<void> {
    const live = draft.sites.get(siteId);
    if (!live) return;
    const gateways = this.#deps.registry.gatewaysOf(siteId);
    const journals = gateways.flatMap(({ id }) => draft.journals.get(id) ?? []);
    const nowMs = this.#deps.clock.wallMs();
    const own = new Set(gateways.map(({ id }) => id));
    const areas = commonSilences(draft.sites.values(), live);
    const { verdict, changed } = await judgeAndRecord(draft.db, live.config, journals, live.context, {
      nowMs,
      fromJournal: draft.fromJournal,
      rebuilding: draft.rebuilding,
      toldBy: (episode) => areaAlertOf(areas, siteId, episode),
      foretold: draft.confirmed
        .filter(({ notice }) => own.has(notice.gateway))
        .map(({ notice, eventMs }) => ({ eventMs, raisedMs: notice.receivedMs, alert: notice.alert })),
    });
    draft.sites.set(siteId, { ...live, verdict });
    draft.judged.add(siteId);
    draft.alerts.push(...changed);
    const facts = { ...live.config, ...draft, nowMs };
    for (const area of areas) draft.alerts.push(...(await recordAreaSilence(draft.db, area, facts)));
    await mergeConfirmed(draft, own, verdict.episodes, nowMs);
  }

  async #transact<Result>(work: (draft: Draft) => Promise<Result>): Promise<Result> {
    const committed = await this.#deps.db.transaction().execute(async (db) => {
      const draft: Draft = {
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
      const result = await work(draft);
      return { draft, result, acks: await this.#desk.acks(draft) };
    });
    const { draft, acks } = committed;
    this.#journals = draft.journals;
    this.#sites = draft.sites;
    this.#contradictions = draft.contradictions;
    this.#awaited = draft.awaited;
    for (const receipt of draft.receipts) this.#desk.receipts.issued(receipt);
    const sites = new Set(draft.judged);
    for (const gateway of draft.touched) sites.add(this.#deps.registry.gateway(gateway)?.site.id ?? "");
    sites.delete("");
    this.#deps.onCommitted({ acks, sites: [...sites], alerts: draft.alerts });
    return committed.result;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch((error: unknown) => {
      this.#deps.log.error({ why: messageOf(error) }, "a transaction was rolled back");
    });
    return result;
  }
}
