import { type Clock, type Logger, type Random, type RetryBounds, retryDelayMs } from "@sealwatch/platform";
import { QUALITY } from "@sealwatch/protocols";
import type { ByteLine } from "./byte-line.ts";
import { joinedReply, type PartReply } from "./follow-on-reply.ts";
import type { FoundReply, LineFraming } from "./line-framing.ts";
import { LineReceiver } from "./line-receiver.ts";
import { characterMs, frameSilenceMs, type LineSettings } from "./line-timing.ts";
import {
  LINK_PRIORITY,
  type Link,
  type LinkOutcome,
  type LinkReply,
  type LinkRequest,
  type LinkStats,
} from "./link.ts";
import { LinkMeter } from "./link-meter.ts";
import { LinkQueue } from "./link-queue.ts";

const REDIAL: RetryBounds = { firstMs: 1_000, capMs: 60_000 };
/** A line that is never silent is asked nothing for this long, then its station counts as answering nonsense. */
const BABBLE_MAX_MS = 2_000;
/** A frame that has begun by its timeout may go on, while no gap in it is longer than serial servers make. */
const GAP_MAX_MS = 100;
/** What a meter holds beyond its first frame is fetched in so many more at most: a profile's block needs one. */
const FOLLOW_ON_MAX = 15;
/** Silent stations whose late answers are awaited at once: as many as a line has. */
const HELD_STATIONS_MAX = 512;

/** How one line is spoken to. */
export interface SerialLinkConfig extends LineSettings {
  readonly id: string;
  /** How long a station may take until its answer begins, beyond the time on the wire. */
  readonly timeoutMs: number;
  /** Extra silence before each question. */
  readonly turnaroundMs: number;
  /** The adapter gives back what is sent: an answer counts only behind the question's echo. */
  readonly echo: boolean;
}

/** What a link needs besides its configuration. */
export interface LinkParts {
  /** Dates the samples; may be simulated. */
  readonly clock: Clock;
  /** Times the line: real time. */
  readonly lineClock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

interface Exchange<Reply> {
  readonly reply: Reply;
  readonly settled: Promise<void>;
}

const NOTHING = new Uint8Array(0);
const NO_ANSWER: LinkOutcome = { quality: QUALITY.noAnswer };
const BAD_FRAME: LinkOutcome = { quality: QUALITY.badFrame };

/**
 * A half-duplex line whose answers do not say which question they answer: Modbus RTU and DL/T 645. After silence or a bad frame it
 * waits out an answer's time on the wire before it asks anybody, and as long again as the timeout before it asks the same station.
 */
export class SerialLink implements Link {
  readonly id: string;
  readonly #config: SerialLinkConfig;
  readonly #line: ByteLine;
  readonly #framing: LineFraming;
  readonly #parts: LinkParts;
  readonly #queue = new LinkQueue();
  readonly #meter: LinkMeter;
  readonly #receiver: LineReceiver;
  readonly #heldUntilMs = new Map<string, number>();
  #state: "closed" | "open" | "ended" = "closed";
  #failedOpens = 0;
  #openNotBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(config: SerialLinkConfig, line: ByteLine, framing: LineFraming, parts: LinkParts) {
    this.id = config.id;
    this.#config = config;
    this.#line = line;
    this.#framing = framing;
    this.#parts = parts;
    this.#meter = new LinkMeter(parts.lineClock.monotonicMs());
    this.#receiver = new LineReceiver(parts.lineClock);
  }

  async transact(request: LinkRequest, signal?: AbortSignal): Promise<LinkReply> {
    const { clock } = this.#parts;
    const question = this.#framing.encode(request);
    const dueMs = request.dueMs ?? clock.monotonicMs();
    if (!question || !(await this.#takeTurn(request, dueMs, signal))) return this.#unasked();
    if (!(await this.#open())) {
      this.#queue.give();
      return this.#unasked();
    }
    const { reply, settled } = await this.#askAll(request, signal);
    void settled.then(() => this.#queue.give());
    return reply;
  }

  /** Asks, and goes on asking while the station has more to say. `settled` when the line is fit for the next question. */
  async #askAll(request: LinkRequest, signal: AbortSignal | undefined): Promise<Exchange<LinkReply>> {
    const parts: PartReply[] = [];
    for (let sequence = 0; ; sequence++) {
      const { reply, settled } = await this.#ask(request, sequence, signal);
      parts.push(reply);
      if (!reply.more || sequence >= FOLLOW_ON_MAX || signal?.aborted)
        return { reply: joinedReply(parts) ?? reply, settled };
      await settled;
    }
  }

  async close(): Promise<void> {
    this.#state = "ended";
    this.#queue.close();
    this.#receiver.wake();
    await this.#line.close();
  }

  stats(): LinkStats {
    return this.#meter.stats(
      this.#parts.lineClock.monotonicMs(),
      this.#state === "open",
      this.#queue.waiting,
    );
  }

  /** A station that may still answer its last question waits outside, so that the others go on. */
  async #takeTurn(request: LinkRequest, dueMs: number, signal?: AbortSignal): Promise<boolean> {
    const { lineClock } = this.#parts;
    const station = stationOf(request);
    for (;;) {
      const heldUntilMs = this.#heldUntilMs.get(station) ?? Number.NEGATIVE_INFINITY;
      if (heldUntilMs > lineClock.monotonicMs()) await lineClock.sleepUntil(heldUntilMs, signal);
      if (!(await this.#queue.take(request.priority ?? LINK_PRIORITY.identity, dueMs, signal))) return false;
      if ((this.#heldUntilMs.get(station) ?? Number.NEGATIVE_INFINITY) <= lineClock.monotonicMs())
        return true;
      this.#queue.give();
    }
  }

  #unasked(): LinkReply {
    const sentMs = this.#parts.clock.monotonicMs();
    return { ...NO_ANSWER, sentMs, tookMs: 0, sent: new Uint8Array(0), received: new Uint8Array(0) };
  }

  async #open(): Promise<boolean> {
    if (this.#state !== "closed") return this.#state === "open";
    const { lineClock, random, log } = this.#parts;
    if (lineClock.monotonicMs() < this.#openNotBeforeMs) return false;
    const where = this.#line.where;
    const failure = await this.#line.open({
      bytes: (chunk) => this.#receiver.push(chunk),
      lost: () => this.#lost(),
    });
    if (this.#ended()) {
      await this.#line.close();
      return false;
    }
    if (failure) {
      this.#openNotBeforeMs = lineClock.monotonicMs() + retryDelayMs(this.#failedOpens++, REDIAL, random);
      if (this.#failedOpens === 1) log.warn({ link: this.id, where, why: failure.message }, "link down");
      return false;
    }
    if (this.#failedOpens > 0 || !Number.isFinite(this.#openNotBeforeMs))
      log.info({ link: this.id, where }, "link up");
    this.#openNotBeforeMs = 0;
    this.#failedOpens = 0;
    this.#state = "open";
    return true;
  }

  #ended(): boolean {
    return this.#state === "ended";
  }

  #lost(): void {
    if (this.#state === "open") this.#state = "closed";
    this.#receiver.wake();
  }

  async #ask(
    request: LinkRequest,
    sequence: number,
    signal: AbortSignal | undefined,
  ): Promise<Exchange<PartReply>> {
    const { clock, lineClock } = this.#parts;
    const question = this.#framing.encode(request, sequence) ?? NOTHING;
    const fromMs = lineClock.monotonicMs();
    const silent = await this.#receiver.quiet(
      this.#silenceMs(),
      Number.NEGATIVE_INFINITY,
      fromMs + BABBLE_MAX_MS,
    );
    const sentMs = clock.monotonicMs();
    const askedMs = lineClock.monotonicMs();
    if (silent) this.#line.write(question);
    const abort = () => this.#receiver.wake();
    signal?.addEventListener("abort", abort);
    const outcome = silent ? await this.#answer(request, sequence, question, signal) : BAD_FRAME;
    signal?.removeEventListener("abort", abort);
    const tookMs = lineClock.monotonicMs() - askedMs;
    const received = this.#receiver.bytes;
    const failed = "quality" in outcome && (outcome === NO_ANSWER || outcome === BAD_FRAME);
    this.#meter.count(
      stationOf(request),
      !failed ? "answered" : outcome === BAD_FRAME ? "bad-frame" : "silent",
      tookMs,
    );
    const settled = this.#settle(failed, request, sequence, askedMs).then(() =>
      this.#meter.occupied(fromMs, lineClock.monotonicMs()),
    );
    return { reply: { ...outcome, sentMs, tookMs, sent: question, received }, settled };
  }

  /** Waits for the answer: its first byte within the timeout, the rest as long as it takes on the wire. */
  async #answer(
    request: LinkRequest,
    sequence: number,
    question: Uint8Array,
    signal?: AbortSignal,
  ): Promise<FoundReply> {
    const { lineClock } = this.#parts;
    const charMs = characterMs(this.#config);
    const echoes = this.#config.echo ? question.length : 0;
    let dueMs =
      lineClock.monotonicMs() + question.length * charMs + (request.timeoutMs ?? this.#config.timeoutMs);
    let endMs: number | null = null;
    for (;;) {
      const found = this.#find(request, sequence, question);
      if (found) return found;
      const nowMs = lineClock.monotonicMs();
      const begins = this.#receiver.bytes.length > echoes;
      if (this.#state !== "open" || signal?.aborted || this.#receiver.overflown) break;
      if (nowMs >= dueMs) {
        if (!begins) break;
        const stalledMs = this.#receiver.lastByteMs + GAP_MAX_MS;
        if (endMs !== null && nowMs >= Math.min(endMs, stalledMs)) break;
        const wholeMs = nowMs + this.#framing.replyLength(request, sequence) * charMs;
        dueMs = endMs === null ? wholeMs : Math.min(endMs, stalledMs);
        endMs ??= nowMs + this.#framing.longestFrame * charMs;
      }
      await this.#receiver.next(dueMs);
    }
    const heard = this.#receiver.bytes;
    return heard.length === 0 || (startsWith(heard, question) && heard.length === question.length)
      ? NO_ANSWER
      : BAD_FRAME;
  }

  /** Passes over the question's echo: where it must come, behind noise too; where it need not, at the beginning. */
  #find(request: LinkRequest, sequence: number, question: Uint8Array): FoundReply | null {
    const heard = this.#receiver.bytes;
    if (this.#config.echo) {
      const echo = Buffer.from(heard.buffer, heard.byteOffset, heard.length).indexOf(question);
      return echo < 0 ? null : this.#framing.find(request, heard.subarray(echo + question.length), sequence);
    }
    const ambiguous = this.#framing.replyLength(request, sequence) === question.length;
    const echoed = startsWith(heard, question) && !ambiguous;
    return this.#framing.find(request, echoed ? heard.subarray(question.length) : heard, sequence);
  }

  /** Leaves the line fit for the next question: what may yet come is this question's answer, or the rest of it. */
  async #settle(failed: boolean, request: LinkRequest, sequence: number, askedMs: number): Promise<void> {
    const nowMs = this.#parts.lineClock.monotonicMs();
    const station = stationOf(request);
    if (!failed) {
      this.#heldUntilMs.delete(station);
      await this.#receiver.quiet(this.#silenceMs(), nowMs, nowMs + BABBLE_MAX_MS);
      return;
    }
    this.#meter.drained();
    const replyLength = this.#framing.replyLength(request, sequence);
    const drainMs = this.#silenceMs() + replyLength * characterMs(this.#config);
    const lateMs = Math.max(request.timeoutMs ?? this.#config.timeoutMs, nowMs - askedMs);
    if (this.#heldUntilMs.size >= HELD_STATIONS_MAX) this.#heldUntilMs.clear();
    this.#heldUntilMs.set(station, nowMs + drainMs + lateMs);
    await this.#receiver.quiet(drainMs, nowMs, nowMs + drainMs + BABBLE_MAX_MS);
    if (this.#line.reopenAfterFault && this.#state === "open") {
      this.#state = "closed";
      await this.#line.close();
    }
  }

  #silenceMs(): number {
    return frameSilenceMs(this.#config) + this.#config.turnaroundMs;
  }
}

/** By Modbus unit, or DL/T 645 address. */
function stationOf(request: LinkRequest): string {
  switch (request.kind) {
    case "modbus-read":
    case "modbus-identify":
      return String(request.unit);
    case "dlt645-read":
      return request.address;
    case "dlt645-address":
      return "any";
  }
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  return beginning.every((byte, index) => bytes[index] === byte);
}
