import {
  type Clock,
  type Logger,
  messageOf,
  type Random,
  type RefusalCounter,
  type RetryBounds,
  retryDelayMs,
  sleepMs,
} from "@sealwatch/platform";
import {
  type Ack,
  type CloudOrder,
  decodeAck,
  encodeHello,
  type JournalPosition,
  parseDownTopic,
  type Verifier,
} from "@sealwatch/protocols";
import type { Journal } from "../journal/journal.ts";
import { BrokerConnection } from "./broker-connection.ts";
import type { BrokerTarget } from "./broker-target.ts";
import type { CloseReason } from "./close-reason.ts";
import {
  afterAck,
  afterHello,
  afterLoss,
  afterSend,
  afterStall,
  backlogOf,
  fitting,
  isStalled,
  OFFLINE,
  type UplinkPlan,
  wanted,
} from "./uplink-plan.ts";

/** An orderly goodbye that takes longer is cut short. */
const LEAVE_MAX_MS = 2_000;
const RECONNECT: RetryBounds = { firstMs: 1_000, capMs: 60_000 };
/** A cloud that cannot take what comes next, or will not have this gateway, is asked rarely: each handshake costs kilobytes. */
const STALLED: RetryBounds = { firstMs: 2_000, capMs: 600_000 };
const STALL_CHECK_MS = 1_000;
/** From dial to hello; a link that dies in between says nothing. */
const GREET_MAX_MS = 60_000;
/** Acks that wait to be understood; a cloud that sends more than it was sent segments is not one of ours. */
const ACKS_WAITING_MAX = 256;

/** A broker, and the key of the cloud behind it: null where nobody enrolled this gateway. */
export interface UplinkRoute {
  readonly target: BrokerTarget;
  readonly cloud: Verifier | null;
}

/** Who hears what the cloud says besides acks; `cloud` is its key. */
export interface CloudListener {
  /** Hello was answered. */
  onAnswered(): void;
  onOrder(payload: Uint8Array, leaf: CloudOrder["kind"], cloud: Verifier | null): void;
  onReceipt(receipt: Uint8Array, cloud: Verifier | null): void;
}

const NOBODY: CloudListener = { onAnswered: () => {}, onOrder: () => {}, onReceipt: () => {} };

/** What an uplink works with. `clock` is the machine's own: network time is real even where sensing time is simulated. */
export interface UplinkParts {
  /** Where to dial; asked before every dial. Throws what makes that impossible for now. */
  readonly route: () => UplinkRoute;
  readonly gateway: string;
  readonly software: string;
  readonly journal: Pick<Journal, "read" | "locate" | "held" | "acknowledge" | "newestOrd">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly refusals: RefusalCounter;
}

/** Replicates the journal to the cloud: hello, then everything behind the head that the cloud holds, for ever. */
export class Uplink {
  readonly #parts: UplinkParts;
  #plan: UplinkPlan = OFFLINE;
  #connection: BrokerConnection | null = null;
  #cloud: Verifier | null = null;
  #redial = new AbortController();
  #pumping = false;
  #acksWaiting = 0;
  #ackTurn: Promise<void> = Promise.resolve();
  #moved: (() => void)[] = [];
  /** Dials since the cloud last moved on, or had nothing to wait for. */
  #failedAttempts = 0;
  #stalled = false;
  /** The newest segment that the cloud has acknowledged, as far as this run knows. */
  head: JournalPosition | null = null;
  listener: CloudListener = NOBODY;

  constructor(parts: UplinkParts) {
    this.#parts = parts;
  }

  /** Stays connected as well as it can until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, log } = this.#parts;
    while (!signal.aborted) {
      const { why, refused } = await this.#session(signal);
      this.#update(afterLoss(this.#plan));
      if (signal.aborted) return;
      const waitMs = retryDelayMs(
        this.#failedAttempts++,
        this.#stalled || refused ? STALLED : RECONNECT,
        random,
      );
      log.warn({ why, waitMs }, "uplink down");
      await sleepMs(clock, waitMs, AbortSignal.any([signal, this.#redial.signal]));
    }
  }

  /** Says goodbye and dials again, as the route is now. */
  redial(): void {
    this.#movedOn();
    this.#redial.abort();
    this.#redial = new AbortController();
  }

  /** Sends a notice now, if the cloud has answered; else it is lost. */
  publishNotice(notice: Uint8Array): void {
    if (this.phase === "streaming") this.#connection?.publish("notice", notice);
  }

  /** Says again that this gateway is there. */
  publishStatus(): void {
    this.#connection?.publishOnline();
  }

  /** Whether the cloud is connected, and has answered hello. */
  get phase(): UplinkPlan["phase"] {
    return this.#plan.phase;
  }

  /** Segments were sealed. */
  newSegments(): void {
    void this.#pump();
  }

  /** Null when the cloud lacks at most `mark` segments or is not connected, else resolves when something has changed. */
  whenBelow(mark: number): Promise<void> | null {
    if (this.backlog() <= mark) return null;
    return new Promise((resolve) => this.#moved.push(resolve));
  }

  /** Segments that the cloud is known to lack; 0 while offline. */
  backlog(): number {
    return backlogOf(this.#plan, this.#parts.journal.newestOrd);
  }

  /** Waits until the cloud has everything, at most `limitMs`. */
  async drain(limitMs: number): Promise<void> {
    const deadline = new AbortController();
    const late = sleepMs(this.#parts.clock, limitMs, deadline.signal).then(() => true);
    for (let moved = this.whenBelow(0); moved; moved = this.whenBelow(0)) {
      if (await Promise.race([moved.then(() => false), late])) break;
    }
    deadline.abort();
  }

  /** One connection from dial to loss; gives why it ended. */
  async #session(signal: AbortSignal): Promise<CloseReason> {
    const ended = new AbortController();
    try {
      return await this.#connect(AbortSignal.any([signal, this.#redial.signal]), ended.signal);
    } catch (error) {
      return { why: messageOf(error), refused: false };
    } finally {
      ended.abort();
      this.#connection = null;
    }
  }

  #connect(leave: AbortSignal, ended: AbortSignal): Promise<CloseReason> {
    const { target, cloud } = this.#parts.route();
    return new Promise((resolve) => {
      const connection = new BrokerConnection(target, this.#parts.gateway, {
        onReady: (ready) => void this.#greet(ready),
        onMessage: (topic, payload) => this.#receive(topic, payload),
        onClosed: resolve,
      });
      this.#connection = connection;
      this.#cloud = cloud;
      const goodbye = () =>
        void this.#leave(connection).then(() => resolve({ why: "told to leave", refused: false }));
      leave.addEventListener("abort", goodbye, { signal: ended });
      void this.#watch(connection, ended);
    });
  }

  async #leave(connection: BrokerConnection): Promise<void> {
    const left = new AbortController();
    const late = sleepMs(this.#parts.clock, LEAVE_MAX_MS, left.signal).then(() => connection.abandon());
    await Promise.race([connection.leave(), late]);
    left.abort();
  }

  async #greet(connection: BrokerConnection): Promise<void> {
    const { journal, software, clock, log } = this.#parts;
    const epochs = await journal.held();
    if (connection !== this.#connection) return;
    this.#update(afterHello(this.#plan, clock.monotonicMs()));
    connection.publish("hello", encodeHello({ epochs, software }));
    log.info({ epochs: epochs.length }, "uplink connected");
  }

  async #watch(connection: BrokerConnection, ended: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const dialledMs = clock.monotonicMs();
    while (!ended.aborted) {
      await sleepMs(clock, STALL_CHECK_MS, ended);
      const nowMs = clock.monotonicMs();
      if (this.phase === "offline" && nowMs - dialledMs > GREET_MAX_MS) connection.abandon();
      if (ended.aborted || !isStalled(this.#plan, nowMs)) continue;
      this.#stalled = true;
      this.#update(afterStall(this.#plan));
      connection.abandon();
    }
  }

  #receive(topic: string, payload: Uint8Array): void {
    const { gateway, refusals } = this.#parts;
    const address = parseDownTopic(topic);
    if (address?.gateway !== gateway) {
      refusals.refuse("unexpected topic", topic);
      return;
    }
    if (address.leaf !== "ack") {
      this.listener.onOrder(payload, address.leaf, this.#cloud);
      return;
    }
    if (this.#acksWaiting >= ACKS_WAITING_MAX) {
      refusals.refuse("too many acks", topic);
      return;
    }
    try {
      const ack = decodeAck(payload);
      this.#acksWaiting++;
      // One after the other: finding a head may take a question to the journal.
      this.#ackTurn = this.#ackTurn.then(() => this.#obey(ack));
    } catch (error) {
      refusals.refuse("bad ack", topic, { why: messageOf(error) });
    }
  }

  async #obey({ head, reason, receipt }: Ack): Promise<void> {
    const { journal, clock, log, refusals } = this.#parts;
    const before = this.#plan;
    const ord = head && (await this.#locate(head));
    this.#acksWaiting--;
    if (head && ord === null) refusals.refuse("ack of an unknown segment", reason, { head });
    const plan = afterAck(this.#plan, reason, ord, clock.monotonicMs());
    if (reason === "hello" && before.phase === "greeting") {
      log.info({ head, backlog: journal.newestOrd - plan.ackedOrd }, "cloud answered hello");
    }
    const nothingOwed = plan.phase === "streaming" && plan.ackedOrd === journal.newestOrd;
    if (nothingOwed || (reason === "commit" && plan.ackedOrd > before.ackedOrd)) this.#movedOn();
    if (plan.ackedOrd !== before.ackedOrd || reason === "hello") {
      this.head = ord === null ? null : head;
      journal.acknowledge(plan.ackedOrd);
    }
    this.#update(plan);
    if (reason === "hello" && before.phase === "greeting") this.listener.onAnswered();
    if (receipt) this.listener.onReceipt(receipt, this.#cloud);
    await this.#pump();
  }

  #movedOn(): void {
    this.#failedAttempts = 0;
    this.#stalled = false;
  }

  async #locate(head: JournalPosition): Promise<number | null> {
    const { epoch, seq, hash } = head;
    const sent = this.#plan.inFlight.find(
      ({ position }) => position.epoch === epoch && position.seq === seq && position.hash === hash,
    );
    return sent ? sent.ord : this.#parts.journal.locate(head);
  }

  /** Fills the window. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    const { journal, clock } = this.#parts;
    try {
      for (
        let want = wanted(this.#plan, journal.newestOrd);
        want;
        want = wanted(this.#plan, journal.newestOrd)
      ) {
        const segments = await journal.read(want.afterOrd, want.limit);
        // A rewind or a new connection meanwhile asks for something else.
        if (this.#plan.phase !== "streaming" || this.#plan.sentOrd !== want.afterOrd) continue;
        const next = fitting(this.#plan, segments);
        if (next.length === 0) break;
        for (const { bytes } of next) this.#connection?.publish("segment", bytes);
        const sent = next.map(({ ord, position, bytes }) => ({ ord, position, size: bytes.length }));
        this.#update(afterSend(this.#plan, sent, clock.monotonicMs()));
      }
    } finally {
      this.#pumping = false;
    }
  }

  #update(plan: UplinkPlan): void {
    this.#plan = plan;
    for (const resolve of this.#moved.splice(0)) resolve();
  }
}
