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
import type { SiteConfig } from "../config/cloud-config.ts";
import type { SiteContextEntry } from "../context/context-log.ts";
import type { Database } from "../store/database.ts";
import { AckDesk } from "./ack-desk.ts";
import { type BatchQueue, batchQueue } from "./batch-queue.ts";
import { addContext, addDueContext, putSite } from "./context-desk.ts";
import type { Draft, DraftDependencies } from "./draft.ts";
import type { GatewayJournal } from "./gateway-journal.ts";
import { loadJournal, saveFolds } from "./journal-store.ts";
import { LiveCounty } from "./live-county.ts";
import type { LiveSite } from "./live-site.ts";
import { overdueNotices, takeNotice, withdrawOverdue } from "./notice-desk.ts";
import { refoldInDraft } from "./refold.ts";
import { judgeInDraft } from "./site-judge.ts";
import { type Arrival, takeArrival } from "./take-arrival.ts";

/** Segments committed together, and segments that may wait: 32 in flight from each of 120 gateways. */
const BATCH_MAX = 64;
const WAITING_MAX = 4_096;

export interface PipelineDependencies extends DraftDependencies {
  readonly db: Database;
  /** The county's own key: signs head receipts. */
  readonly signer: Signer;
  /** Told after each commit. A rebuild never calls it. */
  readonly onCommitted: (committed: Committed) => void;
}

/** What one commit changed. */
export interface Committed {
  readonly acks: ReadonlyMap<string, Ack>;
  readonly sites: readonly string[];
  readonly alerts: readonly AlertView[];
}

/** replica → detect → cases, one transaction a batch: append, fold, judge, commit, and only then acknowledge. */
export class SegmentPipeline {
  readonly #deps: PipelineDependencies;
  readonly #queue: BatchQueue<Arrival>;
  readonly #desk: AckDesk;
  readonly #live = new LiveCounty();
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
    const stale = await this.#live.load(db, registry);
    await this.#desk.receipts.load(db);
    await this.#transact(async (draft) => {
      draft.rebuilding = true;
      await addDueContext(this.#deps, draft);
      for (const journal of stale) await refoldInDraft(this.#deps, draft, journal);
      // Where no gateway ever stood there is nothing to judge: most of a register.
      for (const site of registry.watchedSites) await judgeInDraft(this.#deps, draft, site);
    });
  }

  /** Knows a gateway that came while running; what an earlier process stored of it is read. */
  addGateway(gatewayId: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#live.journal(gatewayId)) return;
      const { journal, stale } = await loadJournal(this.#deps.db, gatewayId);
      this.#live.addJournal(journal);
      if (stale) await this.#transact((draft) => refoldInDraft(this.#deps, draft, journal));
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
    const overdue = overdueNotices(this.#live.awaited, inContactSinceMs, nowMs);
    if (overdue.length === 0) return;
    await this.#inTurn(() => this.#transact((draft) => withdrawOverdue(draft, overdue, nowMs)));
  }

  /** Appends to a site's context log, folds again what it changes, and judges. */
  addContext(site: string, entry: SiteContextEntry): Promise<void> {
    return this.#inTurn(() => this.#transact((draft) => addContext(this.#deps, draft, site, entry)));
  }

  /** Takes over what people decided since the last time. Nothing is lost between their act and this: it is stored with the act. */
  takeDueContext(): Promise<void> {
    return this.#inTurn(() => this.#transact((draft) => addDueContext(this.#deps, draft)));
  }

  /** Knows sites that were entered, or changed; what detection must see otherwise is folded again. */
  putSites(configs: readonly SiteConfig[]): Promise<void> {
    return this.#inTurn(() =>
      this.#transact(async (draft) => {
        for (const config of configs) await putSite(this.#deps, draft, config);
      }),
    );
  }

  journal(gateway: string): GatewayJournal | undefined {
    return this.#live.journal(gateway);
  }

  site(id: string): LiveSite | undefined {
    return this.#live.site(id);
  }

  /** Signed contradictions kept of a gateway. */
  contradictions(gateway: string): number {
    return this.#live.contradictions(gateway);
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
        for (const arrival of arrivals) await takeArrival(this.#deps, draft, arrival);
        for (const gateway of draft.touched) {
          const journal = draft.journals.get(gateway);
          if (journal) await saveFolds(draft.db, journal);
        }
        for (const site of draft.judged) await judgeInDraft(this.#deps, draft, site);
      }),
    );
  }

  async #transact<Result>(work: (draft: Draft) => Promise<Result>): Promise<Result> {
    const committed = await this.#deps.db.transaction().execute(async (db) => {
      const draft = this.#live.draft(db);
      const result = await work(draft);
      return { draft, result, acks: await this.#desk.acks(draft) };
    });
    const { draft, acks } = committed;
    this.#live.adopt(draft);
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
