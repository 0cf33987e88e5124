import { type Clock, messageOf, type Random, retryDelayMs, sleepMs } from "@sealwatch/platform";
import type { Channel } from "./channel.ts";
import {
  attemptsOf,
  beginMessage,
  endMessage,
  loadMembers,
  loadMessage,
  loadWaiting,
  noteAttempt,
  noteChannel,
  postponeMessage,
  takeOff,
} from "./delivery-book.ts";
import { type LinkMaking, linkOf } from "./message-link.ts";
import { levelRank, type Notification } from "./notification.ts";
import type { OutgoingMessage } from "./outgoing-message.ts";
import { rememberedMs } from "./rate-window.ts";
import { expireDeliveries, recoverMessages } from "./recover-outbox.ts";
import type { Reply } from "./reply.ts";
import { adoptOrphans, failOver, GIVE_UP_AFTER_MS, type RoutingDependencies, routeDue } from "./routing.ts";
import { planSend } from "./send-planner.ts";

/** However nobody wakes it, it looks this often: a wall clock may jump. */
const LOOK_EVERY_MS = 5_000;
/** An orderly stop may take ten seconds in all. */
const CLOSE_WITHIN_MS = 5_000;
const RETRY = { firstMs: 2_000, capMs: 60_000 };
/** Tries of one message on one channel before the next channel's turn. */
const ATTEMPTS_MAX = 6;
const RED_ATTEMPTS_MAX = 3;
/** Red does not wait for a channel that asks for a longer pause. */
const RED_PAUSE_MAX_MS = 30_000;

interface DispatcherDependencies extends RoutingDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly links: LinkMaking;
}

/** How a channel stands in this process. */
interface Lane {
  /** Monotonic times of recent starts, ascending. */
  starts: number[];
  blockedUntilMs: number;
  underWay: number;
}

/** Outbox → channels: routes what is new, sends what is due, records each try before and after it. */
export class Dispatcher {
  readonly #deps: DispatcherDependencies;
  readonly #lanes = new Map<string, Lane>();
  readonly #stopping = new AbortController();
  readonly #sends = new Set<Promise<void>>();
  #woken = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(deps: DispatcherDependencies) {
    this.#deps = deps;
  }

  /** Takes up what an earlier process left, then works until close. */
  async start(): Promise<void> {
    const { db, clock, log, channels } = this.#deps;
    const nowMs = clock.wallMs();
    const left = await db.transaction().execute(async (tx) => {
      await expireDeliveries(tx, nowMs - GIVE_UP_AFTER_MS, nowMs);
      return recoverMessages(tx, nowMs);
    });
    if (left > 0)
      log.warn({ messages: left }, "messages were under way when the cloud stopped; they go again");
    await adoptOrphans(this.#deps, nowMs);
    for (const channel of channels.values())
      this.#lanes.set(channel.id, await this.#openLane(channel, nowMs));
    this.#running = this.#run();
  }

  /** Something was committed: look now. */
  wake(): void {
    this.#woken.abort();
  }

  /** Begins nothing more and waits a little for what is under way; the rest goes again after the next start. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#running;
    const done = new AbortController();
    const patience = sleepMs(this.#deps.clock, CLOSE_WITHIN_MS, done.signal);
    await Promise.race([Promise.all(this.#sends), patience]);
    done.abort();
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      this.#woken = new AbortController();
      let nextMs = clock.wallMs() + LOOK_EVERY_MS;
      try {
        nextMs = Math.min(nextMs, await this.#work());
      } catch (error) {
        log.error({ why: messageOf(error) }, "the outbox could not be worked on; again soon");
      }
      if (this.#stopping.signal.aborted) return;
      await sleepMs(clock, Math.max(0, nextMs - clock.wallMs()), this.#woken.signal);
    }
  }

  async #work(): Promise<number> {
    const { clock, channels } = this.#deps;
    let nextMs = await routeDue(this.#deps, clock.wallMs());
    for (const channel of channels.values()) {
      nextMs = Math.min(nextMs, await this.#serve(channel));
    }
    return nextMs;
  }

  /** Begins every send that may begin now; gives when to look again. */
  async #serve(channel: Channel): Promise<number> {
    const { db, clock } = this.#deps;
    const lane = this.#lanes.get(channel.id);
    while (lane && !this.#stopping.signal.aborted) {
      const nowMs = clock.wallMs();
      const offsetMs = nowMs - clock.monotonicMs();
      const starts = lane.starts.map((startMs) => startMs + offsetMs);
      const waiting = await loadWaiting(db, channel.id, nowMs);
      const plan = planSend(waiting, { ...channel, ...lane, starts }, nowMs);
      if (plan.kind === "wait") return plan.untilMs ?? Number.POSITIVE_INFINITY;
      if (plan.kind === "fail-over") {
        await db.transaction().execute(async (tx) => {
          await failOver(tx, this.#deps, await takeOff(tx, plan.one, nowMs), nowMs);
        });
        this.wake();
        continue;
      }
      const { members } = plan;
      const id = await db.transaction().execute((tx) => beginMessage(tx, channel.id, members, nowMs));
      this.#noteStart(channel, lane);
      const send = this.#send(channel, lane, id).finally(() => this.#sends.delete(send));
      this.#sends.add(send);
    }
    return Number.POSITIVE_INFINITY;
  }

  #noteStart({ limits }: Channel, lane: Lane): void {
    const nowMs = this.#deps.clock.monotonicMs();
    const sinceMs = nowMs - rememberedMs(limits);
    lane.starts = [...lane.starts.filter((startMs) => startMs >= sinceMs), nowMs];
    lane.underWay++;
  }

  /** Sends one message once and records what came of it. A failure to record leaves it to the next start. */
  async #send(channel: Channel, lane: Lane, id: string): Promise<void> {
    const { log } = this.#deps;
    try {
      const reply = await this.#sendOnce(channel, id);
      await this.#settle(channel, lane, id, reply);
      if (reply.kind === "delivered") log.debug({ channel: channel.id, message: id }, "delivered");
      else log.warn({ channel: channel.id, message: id, ...reply }, "not delivered");
    } catch (error) {
      log.error({ channel: channel.id, message: id, why: messageOf(error) }, "a try could not be recorded");
    } finally {
      lane.underWay--;
      this.wake();
    }
  }

  async #sendOnce(channel: Channel, id: string): Promise<Reply> {
    const { db, contactsOf, links } = this.#deps;
    const { person, notifications, earlier } = await loadMessage(db, id);
    const [first, ...rest] = notifications;
    if (!first) return { kind: "refused", code: "EMPTY", why: "nothing is left in it" };
    const contact = person === null ? undefined : (await contactsOf(db, [person])).get(person);
    const address = channel.reaches === null ? null : (contact?.[channel.reaches] ?? null);
    if (channel.reaches !== null && address === null)
      return { kind: "refused", code: "NO_ADDRESS", why: `no ${channel.reaches} of ${person ?? "nobody"}` };
    const together: readonly [Notification, ...Notification[]] = [first, ...rest];
    const link = linkOf(together, channel.acknowledges ? person : null, links);
    const message: OutgoingMessage = { key: id, notifications: together, link, address, earlier };
    return channel.send(message);
  }

  async #settle(channel: Channel, lane: Lane, id: string, reply: Reply): Promise<void> {
    const { db, clock, random } = this.#deps;
    const nowMs = clock.wallMs();
    const pauseMs = reply.kind === "retry" ? (reply.blockedMs ?? 0) : 0;
    if (pauseMs > 0) lane.blockedUntilMs = Math.max(lane.blockedUntilMs, nowMs + pauseMs);
    await db.transaction().execute(async (tx) => {
      const told = reply.kind === "delivered" ? { code: reply.code, why: null } : reply;
      await noteAttempt(tx, {
        ...{ message: id, channel: channel.id, at_ms: nowMs, outcome: reply.kind },
        ...{ code: told.code, why: told.why },
      });
      await noteChannel(tx, channel.id, reply, nowMs, lane.blockedUntilMs);
      if (reply.kind === "delivered") return endMessage(tx, id, "delivered", nowMs);
      const { attempts, levelRank: rank } = await attemptsOf(tx, id);
      if (reply.kind === "retry" && mayTryAgain(attempts + 1, rank, pauseMs)) {
        const delayMs = Math.max(pauseMs, retryDelayMs(attempts, RETRY, random));
        return postponeMessage(tx, id, nowMs + delayMs);
      }
      const members = await loadMembers(tx, id);
      await endMessage(tx, id, "failed", nowMs);
      await failOver(tx, this.#deps, members, nowMs);
    });
  }

  async #openLane({ id, limits }: Channel, nowMs: number): Promise<Lane> {
    const { db, clock } = this.#deps;
    const state = await db
      .selectFrom("channel_state")
      .select("blocked_until_ms")
      .where("channel", "=", id)
      .executeTakeFirst();
    const rows = await db
      .selectFrom("delivery_attempt")
      .select("at_ms")
      .where("channel", "=", id)
      .where("outcome", "=", "started")
      .where("at_ms", ">", nowMs - rememberedMs(limits))
      .orderBy("at_ms")
      .execute();
    const offsetMs = nowMs - clock.monotonicMs();
    const starts = rows.map((row) => Math.min(row.at_ms, nowMs) - offsetMs);
    return { starts, blockedUntilMs: state?.blocked_until_ms ?? 0, underWay: 0 };
  }
}

function mayTryAgain(attempts: number, rank: number, pauseMs: number): boolean {
  if (rank === levelRank("red")) return attempts < RED_ATTEMPTS_MAX && pauseMs <= RED_PAUSE_MAX_MS;
  return attempts < ATTEMPTS_MAX;
}
